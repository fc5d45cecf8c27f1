import type { ListedRun } from '../../src/records/view.ts'

/** What a run is called: by its study, else by its scenario and id, as on the command line. */
export function runTitle({
  title,
  scenario,
  id,
}: Pick<ListedRun, 'title' | 'scenario' | 'id'>): string {
  return title ?? `${scenario.id} ${id}`
}

/** The title of one of several runs; of one that is not among them, the name of its file. */
export function titleAmong(runs: readonly ListedRun[], name: string): string {
  const run = runs.find((each) => each.name === name)
  return run === undefined ? name : runTitle(run)
}
