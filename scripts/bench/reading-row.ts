import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRun } from '../../src/store/sqlite-store.ts'
import { writeLargeRun } from './large-run.ts'
import { median, timed } from './measure.ts'

const ROUNDS = 5

/** Prints how long a large run takes to answer what pages and reports ask of it. @param trials of the run */
export async function readingRow(trials: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'offswitch-bench-'))
  try {
    const file = join(folder, 'large.offswitch')
    await writeLargeRun(file, { trials })
    await using reader = await openRun(file)
    const questions: Readonly<Record<string, () => Promise<unknown>>> = {
      index: () => reader.index(),
      'index of the last ten': () => reader.index({ after: trials - 10 }),
      'index as JSON': async () => JSON.stringify(await reader.index()),
      effort: () => reader.effort(),
      cells: () => reader.cells(),
      revision: () => reader.revision(),
      'one trial': () => reader.trial(Math.ceil(trials / 2)),
    }
    for (const [name, ask] of Object.entries(questions)) {
      const rounds: number[] = []
      for (let round = 0; round < ROUNDS; round++) rounds.push(await timed(ask))
      process.stdout.write(
        `${name} of ${trials} trials: ${median(rounds).toFixed(1)} ms (for information)\n`,
      )
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
