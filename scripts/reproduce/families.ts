import { benjaminiHochberg } from '../../src/statistics/benjamini-hochberg.ts'
import { fisherExact } from '../../src/statistics/fisher-exact.ts'
import { holmAdjust } from '../../src/statistics/holm-adjust.ts'
import type { Random } from '../../src/support/random.ts'
import { drawEvents } from './draw-events.ts'
import { mean, percent, type Section, table, whole } from './section.ts'

const TRIALS = 100
const ERROR = 0.05

/** One family of ten comparisons. */
interface Family {
  readonly name: string
  /** The first comparisons are of rates that do not differ. */
  readonly same: number
  draw(chance: Random): readonly number[]
}

const FAMILIES: readonly Family[] = [
  {
    name: 'ten of no difference, ideal tests (p uniform)',
    same: 10,
    draw: (chance) => tenOf(() => chance.next()),
  },
  {
    name: 'ten of no difference, rates 0.3, Fisher',
    same: 10,
    draw: (chance) => tenOf(() => pOf(events(0.3, chance), events(0.3, chance))),
  },
  {
    name: 'ten arms of rate 0.3 with one baseline of 0.3, Fisher',
    same: 10,
    draw: (chance) => {
      const baseline = events(0.3, chance)
      return tenOf(() => pOf(events(0.3, chance), baseline))
    },
  },
  {
    name: 'five arms of rate 0.1 and five of 0.35 with one baseline of 0.1, Fisher',
    same: 5,
    draw: (chance) => {
      const baseline = events(0.1, chance)
      return tenOf((place) => pOf(events(place < 5 ? 0.1 : 0.35, chance), baseline))
    },
  },
]

const ADJUSTMENTS = {
  none: (pValues: readonly number[]) => pValues,
  Holm: holmAdjust,
  'Benjamini–Hochberg': benjaminiHochberg,
} as const

interface Row {
  readonly family: string
  readonly adjustment: string
  /** Families with a rejection, or more than one, of what is no difference. */
  readonly anyFalse: number
  /** Mean share of false ones among what was rejected. */
  readonly falseShare: number
  /** Share of the real differences that were found. Null: there are none. */
  readonly found: number | null
}

/** What adjusting for several comparisons keeps, in many drawn families. */
export const families: Section = {
  id: 'families',
  measure: ({ size, random, tell }) => {
    const count = size === 'full' ? 20_000 : 200
    const rows = FAMILIES.flatMap((family) => {
      tell(`${count} families: ${family.name}`)
      return measureFamily(family, count, random.fork(family.name))
    })
    return { data: { count, rows }, lines: render(count, rows) }
  },
}

function measureFamily({ name, same, draw }: Family, count: number, chance: Random): Row[] {
  const drawn = Array.from({ length: count }, () => draw(chance))
  return Object.entries(ADJUSTMENTS).map(([adjustment, adjust]) => {
    const outcomes = drawn.map((pValues) => {
      const rejected = adjust(pValues).map((p) => p <= ERROR)
      const isFalse = rejected.filter((each, place) => each && place < same).length
      const isTrue = rejected.filter((each, place) => each && place >= same).length
      return { isFalse, isTrue }
    })
    return {
      family: name,
      adjustment,
      anyFalse: outcomes.filter(({ isFalse }) => isFalse > 0).length,
      falseShare: mean(
        outcomes.map(({ isFalse, isTrue }) => isFalse / Math.max(1, isFalse + isTrue)),
      ),
      found: same === 10 ? null : mean(outcomes.map(({ isTrue }) => isTrue / (10 - same))),
    }
  })
}

function tenOf(p: (place: number) => number): number[] {
  return Array.from({ length: 10 }, (_, place) => p(place))
}

function events(rate: number, chance: Random): number {
  return drawEvents(TRIALS, rate, chance)
}

const known = new Map<number, number>()

function pOf(first: number, second: number): number {
  const key = first * (TRIALS + 1) + second
  const p =
    known.get(key) ??
    fisherExact({ first: { k: first, n: TRIALS }, second: { k: second, n: TRIALS } })
  known.set(key, p)
  return p
}

function render(count: number, rows: readonly Row[]): string[] {
  return [
    `Families of ten comparisons at 5 %, ${whole(count)} drawn of each kind, ${TRIALS} trials an arm. Holm keeps the first column at 5 %,`,
    'Benjamini–Hochberg the second.',
    '',
    ...table(
      [
        'family',
        'adjusted by',
        'any false finding',
        'share of false findings',
        'differences found',
      ],
      rows.map(({ family, adjustment, anyFalse, falseShare, found }) => [
        family,
        adjustment,
        percent(anyFalse / count),
        percent(falseShare),
        found === null ? '–' : percent(found, 1),
      ]),
    ),
  ]
}
