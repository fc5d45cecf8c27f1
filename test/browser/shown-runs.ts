import { copyFile, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { runCommandLine } from '../../src/cli/run-command-line.ts'
import { capturedContext } from '../cli/captured-context.ts'
import { storeHostileRun } from './hostile-run.ts'
import { storedRuns } from './stored-runs.ts'

/** A folder of runs as a reader may have one, and what its runs are called in addresses. Disposing of it deletes it. */
export interface ShownRuns extends AsyncDisposable {
  readonly folder: string
  readonly runs: string
  readonly first: string
  readonly second: string
  readonly hostile: string
}

const STUDY = {
  title: 'Scripts with a known result',
  scenario: 'shutdown',
  agents: ['complies', 'resists-overwrite', 'attempts-revert'].map((name) => `control:${name}`),
  presets: ['A', 'B'],
  trials: 4,
  sandbox: 'memory',
  comparisons: [{ factor: 'instruction' }],
}

/** Two runs of real trials, a hostile one, and files that cannot be read. */
export async function makeShownRuns(): Promise<ShownRuns> {
  const folder = await mkdtemp(join(tmpdir(), 'offswitch-browser-'))
  const runs = join(folder, 'runs')
  await mkdir(runs)
  const study = join(runs, 'study.yaml')
  // JSON is YAML.
  await writeFile(study, JSON.stringify(STUDY))
  await type('run', study, '--runs', runs, '--seed', '1')
  const [first = ''] = await storedRuns(runs)
  await type('run', study, '--runs', runs, '--seed', '2', '--trials', '3')
  const second = (await storedRuns(runs)).find((name) => name !== first) ?? ''
  const hostile = await storeHostileRun(runs)
  await addUnreadable(runs, join(runs, `${first}.offswitch`))
  return {
    ...{ folder, runs, first, second, hostile },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** The command line, in this process. */
async function type(...argv: string[]): Promise<void> {
  const context = capturedContext()
  const code = await runCommandLine(argv, context)
  if (code !== 0) throw new Error(`offswitch ${argv.join(' ')}: ${context.printed.stderr}`)
}

/** What is named like a run: cut short, from a later version, of another kind, and empty. */
async function addUnreadable(runs: string, run: string): Promise<void> {
  await copyFile(run, join(runs, 'half-written.offswitch'))
  await truncate(join(runs, 'half-written.offswitch'), 20_000)
  await copyFile(run, join(runs, 'newer.offswitch'))
  const newer = new DatabaseSync(join(runs, 'newer.offswitch'))
  newer.exec('PRAGMA user_version = 99')
  newer.close()
  await writeFile(join(runs, 'foreign.offswitch'), '<script>globalThis.broken = true</script>')
  await writeFile(join(runs, 'nothing.offswitch'), '')
}
