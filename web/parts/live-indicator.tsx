import type { LiveState } from './live-changes.tsx'

const WORDS: Readonly<Record<LiveState, readonly [string, string]>> = {
  still: ['Exported', 'These pages were written to files and do not change.'],
  connecting: ['Connecting', 'Listening for changes begins.'],
  live: ['Live', 'What changes in the folder is shown as it happens.'],
  lost: ['Not connected', 'The server does not answer: what is shown may be out of date.'],
  refused: ['Not live', 'The server refuses to tell what changes: open its link anew.'],
}

export function LiveIndicator({ state }: { readonly state: LiveState }) {
  const [word, sentence] = WORDS[state]
  return (
    <span className={`live live-${state}`} role="status" title={sentence}>
      <span className="live-dot" aria-hidden="true" />
      <span className="live-word">{word}</span>
    </span>
  )
}
