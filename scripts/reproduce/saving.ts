import type { Study } from '../../src/records/study.ts'
import { clopperPearsonInterval } from '../../src/statistics/clopper-pearson-interval.ts'
import type { Interval } from '../../src/statistics/interval.ts'
import { jeffreysInterval } from '../../src/statistics/jeffreys-interval.ts'
import { sideOfRate } from '../../src/statistics/sequences/sequence-decisions.ts'
import type { Random } from '../../src/support/random.ts'
import {
  afterLook,
  afterTrials,
  nextShares,
  startCourse,
} from '../../src/trials/stopping/course.ts'
import { type Followed, followedIn } from '../../src/trials/stopping/followed.ts'
import { takeLook } from '../../src/trials/stopping/take-look.ts'
import { drawEvents } from './draw-events.ts'
import { type PublishedCell, publishedCells } from './published-cells.ts'
import { mean, percent, type Section, table, whole } from './section.ts'

const BORDER = 0.05
const TRIALS = 1000

/** What one drawn study came to, cell by cell. */
interface Outcome {
  readonly trials: readonly number[]
  readonly shown: readonly ('below' | 'above' | null)[]
}

interface Rule {
  readonly name: string
  run(cells: readonly PublishedCell[], chance: Random): Outcome
}

const RULES: readonly Rule[] = [
  {
    name: 'fixed 1,000; Jeffreys 95 % each',
    run: (cells, chance) => runFixed(cells, chance, (counts) => jeffreysInterval(counts)),
  },
  {
    name: 'fixed 1,000; Clopper–Pearson, 5 % split over the cells',
    run: (cells, chance) =>
      runFixed(cells, chance, (counts) =>
        clopperPearsonInterval({ ...counts, level: 1 - 0.05 / cells.length }),
      ),
  },
  { name: 'stopped early; 5 % split; at most 1,000 a cell', run: stopping(true, 1000) },
  { name: 'stopped early; 5 % split; at most 2,000 a cell', run: stopping(true, 2000) },
  { name: 'stopped early; 5 % split; at most 4,000 a cell', run: stopping(true, 4000) },
  { name: 'stopped early; 95 % each; at most 1,000 a cell', run: stopping(false, 1000) },
  { name: 'stopped early; 95 % each; at most 2,000 a cell', run: stopping(false, 2000) },
]
/** The default of a study that declares a rule. */
const DEFAULT_RULE = 'stopped early; 5 % split; at most 2,000 a cell'

interface Row {
  readonly rule: string
  readonly trials: number
  /** Trials that one study in twenty exceeds. */
  readonly trialsHigh: number
  readonly decided: number
  readonly undecided: number
  /** Wrongly decided cells in all studies together. */
  readonly wrongCells: number
  readonly wrongStudies: number
  readonly cells: readonly CellRow[]
}

interface CellRow {
  readonly trials: number
  readonly below: number
  readonly above: number
}

/** What stopping early would have saved in the published experiment, by the stopping rule that studies run by. */
export const saving: Section = {
  id: 'saving',
  measure: ({ size, random, tell }) => {
    const studies = size === 'full' ? 1000 : 2
    const cells = publishedCells()
    const rows = RULES.map(({ name, run }): Row => {
      tell(`${studies} studies: ${name}`)
      const outcomes = Array.from({ length: studies }, (_, index) =>
        run(cells, random.fork(`study ${index}`)),
      )
      return { rule: name, ...summary(cells, outcomes) }
    })
    return { data: { studies, rows }, lines: render(studies, cells, rows) }
  },
}

function runFixed(
  cells: readonly PublishedCell[],
  chance: Random,
  interval: (counts: { readonly k: number; readonly n: number }) => Interval,
): Outcome {
  return {
    trials: cells.map(() => TRIALS),
    shown: cells.map(({ rate }) => {
      return sideOfRate(interval({ k: drawEvents(TRIALS, rate, chance), n: TRIALS }), BORDER)
    }),
  }
}

/** The machinery of a study's stopping rule itself: 10 trials of each open cell to a look, nothing decided before 20. */
function stopping(split: boolean, most: number): Rule['run'] {
  return (cells, chance) => {
    const study = studyOf(cells, chance, { split, most })
    const followed = followedIn(study)
    if (followed === null) throw new Error('the study of the published cells has no stopping rule')
    return runStopping(study, followed, cells, chance)
  }
}

type Declared = Pick<Study, 'cells' | 'trials' | 'seed' | 'level' | 'stopping'>

function studyOf(
  cells: readonly PublishedCell[],
  chance: Random,
  { split, most }: { readonly split: boolean; readonly most: number },
): Declared {
  return {
    cells: cells.map(({ model, arm }) => ({
      agent: model,
      arm: { arm },
      preset: arm,
      control: false,
    })),
    trials: TRIALS,
    seed: chance.integer(0, 2 ** 31),
    level: 0.95,
    stopping: { when: { goal: 'rate', rate: BORDER }, every: 10, least: 20, most, split },
  }
}

function runStopping(
  study: Declared,
  followed: Followed,
  cells: readonly PublishedCell[],
  chance: Random,
): Outcome {
  const counts = cells.map(() => ({ k: 0, n: 0 }))
  let course = startCourse(study, followed)
  for (;;) {
    const shares = nextShares(study, followed, course)
    if (shares === null) break
    for (const [place, cell] of cells.entries()) {
      const more = shares.trials[place] ?? 0
      const { k, n } = counts[place] ?? { k: 0, n: 0 }
      counts[place] = { k: k + drawEvents(more, cell.rate, chance), n: n + more }
    }
    course = afterTrials(course, shares)
    if (!shares.isLookedAt) continue
    const look = takeLook(
      followed,
      course,
      (place) => counts[place] ?? { k: 0, n: 0 },
      '2026-01-01T00:00:00Z',
    )
    course = afterLook(course, look)
  }
  const shown = course.decided.map((each) => (each === 'below' || each === 'above' ? each : null))
  return { trials: course.taken, shown }
}

function summary(cells: readonly PublishedCell[], outcomes: readonly Outcome[]): Omit<Row, 'rule'> {
  const totals = outcomes.map(({ trials }) => trials.reduce((sum, each) => sum + each, 0))
  const wrong = outcomes.map(
    ({ shown }) => shown.filter((side, place) => isWrong(side, cells[place])).length,
  )
  const undecided = outcomes.map(({ shown }) => shown.filter((side) => side === null).length)
  return {
    trials: mean(totals),
    trialsHigh: totals.toSorted((a, b) => a - b)[Math.ceil(0.95 * totals.length) - 1] ?? 0,
    decided: cells.length - mean(undecided),
    undecided: mean(undecided),
    wrongCells: wrong.reduce((sum, each) => sum + each, 0),
    wrongStudies: wrong.filter((each) => each > 0).length,
    cells: cells.map((_, place) => ({
      trials: mean(outcomes.map(({ trials }) => trials[place] ?? 0)),
      below: outcomes.filter(({ shown }) => shown[place] === 'below').length,
      above: outcomes.filter(({ shown }) => shown[place] === 'above').length,
    })),
  }
}

/** No published rate of these arms is 5 % itself. */
function isWrong(side: 'below' | 'above' | null, cell: PublishedCell | undefined): boolean {
  return side !== null && cell !== undefined && side !== (cell.rate < BORDER ? 'below' : 'above')
}

function render(studies: number, cells: readonly PublishedCell[], rows: readonly Row[]): string[] {
  const fixed = TRIALS * cells.length
  const chosen = rows.find(({ rule }) => rule === DEFAULT_RULE)
  return [
    `${whole(studies)} drawn studies of ${cells.length} cells whose true rates are those published, each to be shown to lie below or above 5 %. A`,
    'cell is wrongly decided if it was shown to lie on the other side.',
    '',
    ...table(
      [
        'rule',
        'trials, mean',
        'one study in twenty needs more than',
        'saved',
        'cells decided',
        'undecided',
        'wrongly decided cells',
        'studies with one',
      ],
      rows.map((row) => [
        row.rule,
        whole(row.trials),
        whole(row.trialsHigh),
        percent(1 - row.trials / fixed, 1),
        row.decided.toFixed(2),
        row.undecided.toFixed(2),
        `${row.wrongCells} of ${whole(studies * cells.length)}`,
        percent(row.wrongStudies / studies, 1),
      ]),
    ),
    '',
    `Cell by cell, for the rule “${DEFAULT_RULE}”, which is what a study has unless it says otherwise:`,
    '',
    ...table(
      ['arm', 'model', 'rate', 'trials, mean', 'shown below', 'shown above', 'undecided'],
      cells.map(({ arm, model, rate }, place) => {
        const { trials, below, above } = chosen?.cells[place] ?? { trials: NaN, below: 0, above: 0 }
        return [
          arm,
          model,
          percent(rate, 1),
          whole(trials),
          ...[below, above, studies - below - above].map((each) => percent(each / studies, 1)),
        ]
      }),
    ),
  ]
}
