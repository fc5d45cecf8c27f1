import type { ListedRun } from '../../src/records/view.ts'

/** What a run is called: by its study, else by its scenario and id, as on the command line. */
export function runTitle({
  title,
  scenario,
  id,
}: Pick<ListedRun, 'title' | 'scenario'> & { readonly id: string }): string {
  return title ?? `${scenario.id} ${id}`
}
