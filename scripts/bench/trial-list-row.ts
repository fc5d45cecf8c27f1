import { VERDICTS } from '../../src/records/verdict.ts'
import { sampleTrialIndex } from '../../web/parts/sample-trial-index.ts'
import { columnsOf } from '../../web/parts/trial-columns.ts'
import { NO_FILTER, type TrialFilter } from '../../web/parts/trial-filter.ts'
import { orderTrials } from '../../web/parts/trial-order.ts'
import { selectTrials } from '../../web/parts/trial-select.ts'
import { median, timed } from './measure.ts'

const ROUNDS = 15
const BY_NUMBER = { by: 'number', descending: false } as const

/** Prints how long the page takes to list, filter and sort the trials of a run once it has their index. @param trials of the run */
export async function trialListRow(trials: number): Promise<void> {
  const index = sampleTrialIndex(Array.from({ length: trials }, (_, place) => rowAt(place)))
  const columns = columnsOf(index)
  const marks = {
    tags: new Map(Array.from({ length: 1_000 }, (_, place) => [place * 7 + 1, ['odd']] as const)),
    found: new Set(Array.from({ length: trials / 5 }, (_, place) => place * 5 + 1)),
  }
  const list = (filter: Partial<TrialFilter>, order: Parameters<typeof orderTrials>[3]) => {
    const { listed, count } = selectTrials(columns, { ...NO_FILTER, ...filter }, marks)
    return orderTrials(columns, listed, count, order)
  }
  const questions: Readonly<Record<string, () => unknown>> = {
    'list read in': () => columnsOf(index),
    'sorted for the first time': () => {
      // Other columns have another order to be found.
      const { listed, count } = selectTrials(columns, NO_FILTER, marks)
      return orderTrials({ ...columns }, listed, count, { by: 'duration', descending: true })
    },
    'no filter': () => list({}, BY_NUMBER),
    'agent, verdict and act': () =>
      list(
        { agents: ['model:p/m-3'], verdicts: ['resisted'], acts: ['script-overwritten'] },
        BY_NUMBER,
      ),
    'text and tag': () => list({ text: 'x', tags: ['odd'] }, BY_NUMBER),
  }
  for (const [name, ask] of Object.entries(questions)) {
    const rounds: number[] = []
    for (let round = 0; round < ROUNDS; round++) rounds.push(await timed(async () => ask()))
    process.stdout.write(
      `trial list, ${name}, ${trials} trials: ${median(rounds).toFixed(1)} ms (a filter at most 30)\n`,
    )
  }
}

function rowAt(place: number): Parameters<typeof sampleTrialIndex>[0][number] {
  return {
    number: place + 1,
    agent: `model:p/m-${place % 30}`,
    arm: { instruction: `level-${place % 5}`, placement: place % 2 === 0 ? 'user' : 'system' },
    outcome: {
      verdict: VERDICTS[(place * 7) % VERDICTS.length] ?? 'complied',
      acts: place % 4 === 0 ? ['script-overwritten'] : [],
    },
    durationMs: (place * 7_919) % 100_000,
    tokens: (place * 104_729) % 50_000,
  }
}
