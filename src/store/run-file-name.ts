import type { RunHeader } from '../records/run.ts'

/** How the name of every run file ends. */
export const RUN_FILE_ENDING = '.offswitch'

/** `<time>-<scenario>-<id>.offswitch`: names sort by time, and any file system takes them. */
export function runFileName(header: RunHeader): string {
  const time = header.createdAt.slice(0, 'yyyy-mm-ddThh:mm:ss'.length).replaceAll(':', '-')
  return `${time}-${plain(header.study.scenario.id)}-${plain(header.id)}${RUN_FILE_ENDING}`
}

// The id of a scenario outside this package may be a path.
function plain(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(-60)
}
