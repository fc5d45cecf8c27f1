import { useCopying } from './use-copying.ts'

/** Puts a text on the clipboard, and says that it has, or that it could not. */
export function CopyButton({
  words,
  text,
}: {
  readonly words: string
  readonly text: () => string
}) {
  const [said, copy] = useCopying()
  return (
    <span className="copying">
      <button type="button" onClick={() => copy(text(), 'Copied')}>
        {words}
      </button>
      <span role="status" className="muted">
        {said}
      </span>
    </span>
  )
}
