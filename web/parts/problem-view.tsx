import { Link } from '@tanstack/react-router'
import { SourceError } from '../source/source.ts'
import { PageHeading } from './page-heading.tsx'
import { SafeText } from './safe-text.tsx'

/** Something could not be had: what, and what to do. */
export function ProblemView({
  error,
  again,
}: {
  readonly error: unknown
  readonly again?: (() => void) | undefined
}) {
  const { sentence, hint } = wordsOf(error)
  return (
    <div className="problem" role="alert">
      <p>
        <SafeText text={sentence} />
      </p>
      {hint !== null && (
        <p className="hint">
          <SafeText text={hint} />
        </p>
      )}
      {again !== undefined && !isFinal(error) && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  )
}

/** Asked again, the answer would be the same. */
function isFinal(error: unknown): boolean {
  return error instanceof SourceError && error.kind === 'refused'
}

/** A fault of the page itself. The router hands it what was thrown. */
export function CrashView({
  error,
  reset,
}: {
  readonly error: unknown
  readonly reset?: () => void
}) {
  return (
    <>
      <PageHeading title="This page failed" of="failed" />
      <ProblemView error={error} again={reset} />
      <p>
        <Link to="/" search={{}}>
          To the runs
        </Link>
      </p>
    </>
  )
}

export function NoSuchPage() {
  return (
    <>
      <PageHeading title="No such page" of="none" />
      <p>There is nothing at this address.</p>
      <p>
        <Link to="/" search={{}}>
          To the runs
        </Link>
      </p>
    </>
  )
}

function wordsOf(error: unknown): { readonly sentence: string; readonly hint: string | null } {
  if (error instanceof SourceError) {
    return { sentence: error.message, hint: error.hint ?? HINTS[error.kind] }
  }
  return {
    sentence: 'This page has a fault.',
    hint: error instanceof Error ? error.message : String(error),
  }
}

const HINTS: Readonly<Record<SourceError['kind'], string | null>> = {
  'no-token': 'Open the link that `offswitch view` printed: it holds the token.',
  'not-found': null,
  refused: null,
  unreachable: 'Is `offswitch view` still running?',
  damaged: null,
}
