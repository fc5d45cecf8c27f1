import { SafeText } from '../../parts/safe-text.tsx'

/** A trial that is not there yet, or never was. */
export function NoSuchTrial({
  number,
  running,
}: {
  readonly number: string
  readonly running: boolean
}) {
  return (
    <div className="problem" role="status">
      <p>
        There is no trial <SafeText text={number} /> in this run{running ? ' yet' : ''}.
      </p>
      <p className="hint">
        {running
          ? 'A trial can be read when it has ended. If it is one of those that are under way, it appears here by itself.'
          : 'It was not run, or was not stored.'}
      </p>
    </div>
  )
}
