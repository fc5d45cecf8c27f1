import { CopyButton } from './copy-button.tsx'

/** A link to the event that is marked, or to the trial. */
export function CopyLink({
  address,
  event,
}: {
  readonly address: (event: number | '') => string
  readonly event: number | null
}) {
  const href = event === null ? address('').replace(/\?event=$/, '') : address(event)
  return (
    <CopyButton
      words={event === null ? 'Copy link' : `Copy link to event ${event}`}
      text={() => new URL(href, window.location.href).href}
    />
  )
}
