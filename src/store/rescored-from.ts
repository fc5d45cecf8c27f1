import type { RunHeader, RunReport } from '../records/run.ts'

/** Whose trials a run holds once more, and what scored them anew. */
export type RescoredFrom = NonNullable<RunReport['rescored']>

/** The head of a run that holds another's trials, scored anew. */
export function rescoredHeader(
  header: RunHeader,
  { id, by, offswitch }: { readonly id: RunHeader['id'] } & Omit<RescoredFrom, 'run'>,
): RunHeader {
  const versions = { rescoredFrom: header.id, rescoredBy: offswitch, rescoredWith: by }
  return { ...header, id, versions: { ...header.versions, ...versions } }
}

/** Null: the run's verdicts were made as its trials were. */
export function rescoredFrom({ versions }: Pick<RunHeader, 'versions'>): RescoredFrom | null {
  const { rescoredFrom: run, rescoredBy: offswitch = '', rescoredWith: by = '' } = versions
  return run === undefined ? null : { run, by, offswitch }
}
