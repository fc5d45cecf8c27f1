import type { ViewedTrial } from '../../../src/records/view.ts'

/** The record as it is stored, but for raw exchanges, which are had one by one. */
export function RecordDownload({
  run,
  viewed,
}: {
  readonly run: string
  readonly viewed: ViewedTrial
}) {
  const save = (): void => {
    const blob = new Blob([JSON.stringify(viewed.record, null, 2)], { type: 'application/json' })
    const link = document.createElement('a')
    link.href = URL.createObjectURL(blob)
    link.download = `${run}-trial-${viewed.record.spec.number}.json`
    link.click()
    // The browser reads it after the click has been dealt with.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
  }
  const title =
    viewed.exchanges.length > 0
      ? 'JSON: all events, acts and the verdict. Raw exchanges with the provider are not in it: each is had at its place.'
      : 'JSON: all events, acts and the verdict.'
  return (
    <button type="button" title={title} onClick={save}>
      Download record
    </button>
  )
}
