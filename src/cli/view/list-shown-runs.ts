import { basename, join, sep } from 'node:path'
import { VERDICTS } from '../../records/verdict.ts'
import type { ListedRun, RunListing } from '../../records/view.ts'
import { rescoredFrom } from '../../store/rescored-from.ts'
import { RUN_FILE_ENDING } from '../../store/run-file-name.ts'
import type { RunReader } from '../../store/store.ts'
import { HarnessError, UsageError } from '../../support/errors.ts'
import { plannedTrials } from '../../trials/stopping/followed.ts'
import { fileStamp, leadsNowhere, runFile, runNames } from './run-files.ts'
import { type ShownFolder, withShownRun } from './shown-run.ts'

type Listed = { readonly run: ListedRun } | { readonly problem: string }

/** Lists the runs of a folder; of each file that has not changed since, what was read before is taken. */
export function createRunList(
  shown: ShownFolder,
): () => Promise<Pick<RunListing, 'runs' | 'problems'>> {
  const known = new Map<
    string,
    { readonly stamp: string | null; readonly listed: Promise<Listed | null> }
  >()

  return async () => {
    const names = runNames(shown.folder)
    const runs: ListedRun[] = []
    const problems: RunListing['problems'] = []
    for (const gone of known.keys()) if (!names.includes(gone)) known.delete(gone)
    for (const name of names) {
      const listed = await listedOne(name)
      if (listed === null) continue
      if ('run' in listed) runs.push(listed.run)
      else problems.push({ file: `${name}${RUN_FILE_ENDING}`, problem: listed.problem })
    }
    runs.sort(newestFirst)
    return { runs, problems }
  }

  async function listedOne(name: string): Promise<Listed | null> {
    const file = runFile(shown.folder, name)
    const stamp = file === null ? null : fileStamp(file)
    const before = known.get(name)
    if (before?.stamp === stamp) {
      // It may still be being read for somebody else who has asked.
      const listed = await before.listed
      if (listed !== null && isSettled(listed)) return listed
    }
    const listed = readListed(shown, name)
    known.set(name, { stamp, listed })
    try {
      return await listed
    } catch (error) {
      known.delete(name)
      throw error
    }
  }
}

/** Of one that runs, the process may be gone without a trace in the file; one that is locked may be free by now. */
function isSettled(listed: Listed): boolean {
  return 'run' in listed && listed.run.status !== 'running'
}

async function readListed(shown: ShownFolder, name: string): Promise<Listed | null> {
  try {
    const run = await withShownRun(shown, name, (reader) => listedRun(reader, name))
    if (run !== null) return { run }
    return leadsNowhere(shown.folder, name)
      ? { problem: 'This is a link to a file that is not there (any more)' }
      : null
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof HarnessError)) throw error
    // The folder is named once, above the list.
    return { problem: error.message.replaceAll(join(shown.folder, sep), '') }
  }
}

/** A run as lists have it. */
export async function listedRun(reader: RunReader, name: string): Promise<ListedRun> {
  const { file, header } = reader
  const { study, versions } = header
  const cells = await reader.cells()
  const sumOf = (verdict: (typeof VERDICTS)[number]): number =>
    cells.reduce((sum, { verdicts }) => sum + verdicts[verdict], 0)
  return {
    name,
    file: basename(file),
    id: header.id,
    title: study.title,
    scenario: study.scenario,
    status: await reader.status(),
    createdAt: header.createdAt,
    agents: Object.keys(study.agents),
    cells: study.cells.length,
    trials: cells.reduce((sum, { trials }) => sum + trials, 0),
    planned: plannedTrials(study),
    // The type of entries is wider than the list that they are made of.
    verdicts: Object.fromEntries(
      VERDICTS.map((verdict) => [verdict, sumOf(verdict)]),
    ) as ListedRun['verdicts'],
    sandbox: study.sandbox,
    offswitch: versions['offswitch'] ?? null,
    rescored: rescoredFrom(header) !== null,
  }
}

/** A copy that was scored anew is as old as its run, and stands behind it. */
function newestFirst(a: ListedRun, b: ListedRun): number {
  return (
    Date.parse(b.createdAt) - Date.parse(a.createdAt) ||
    Number(a.rescored) - Number(b.rescored) ||
    (a.name < b.name ? 1 : -1)
  )
}
