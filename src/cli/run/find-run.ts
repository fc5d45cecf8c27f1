import { existsSync } from 'node:fs'
import { type ListedRun, listRuns } from '../../store/list-runs.ts'
import { RUN_FILE_ENDING } from '../../store/run-file-name.ts'
import { printable } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'

/** How many runs an error lists. */
const SHOWN = 8

/**
 * The file of a run named by its path, by its id or the beginning of that, or by `latest`.
 *
 * @throws UsageError for none, or more than one
 */
export async function findRun(name: string, folder: string): Promise<string> {
  if (name.includes('/') || name.endsWith(RUN_FILE_ENDING)) return name
  if (!existsSync(folder)) {
    throw new UsageError(
      `Cannot find run "${printable(name)}": there is no folder "${printable(folder)}"`,
      { hint: 'Name the run by its file, or the folder by --runs DIR.' },
    )
  }
  const { runs } = await listRuns(folder)
  const [latest] = runs
  if (latest === undefined) {
    throw new UsageError(
      `Cannot find run "${printable(name)}": folder "${printable(folder)}" holds none`,
    )
  }
  if (name === 'latest') return latest.file
  return oneOf(name, runs, folder).file
}

function oneOf(name: string, runs: readonly ListedRun[], folder: string): ListedRun {
  const matching = runs.filter(({ header }) => header.id.startsWith(name))
  const exact = matching.find(({ header }) => header.id === name)
  const [first, second] = matching
  if (exact !== undefined) return exact
  if (first !== undefined && second === undefined && name !== '') return first
  const among = first === undefined || name === '' ? runs : matching
  const ids = among.slice(0, SHOWN).map(({ header }) => header.id)
  const list = `${ids.join(', ')}${among.length > SHOWN ? ', …' : ''}`
  throw new UsageError(
    among === matching
      ? `Cannot tell which run "${printable(name)}" is: ${list}`
      : `Unknown run "${printable(name)}" in "${printable(folder)}". Valid: latest, ${list}`,
  )
}
