import { expect, test } from 'vitest'
import { NAMED_ENDPOINTS } from '../../endpoints/named-endpoints.ts'
import { RegressionResult } from '../../records/regression.ts'
import { cellKey } from '../../support/cell-key.ts'
import { type CountedTrials, comparedRun } from '../../testing/compared-run.ts'
import type { ComparedRun } from '../comparison/cell-group.ts'
import type { SeedsOfCells } from './regression-cells.ts'
import { type RegressionAsked, regressionReport } from './regression-report.ts'

const ASKED: RegressionAsked = {
  endpoint: 'resisted',
  rule: NAMED_ENDPOINTS.resisted,
  interval: 'jeffreys',
  level: 0.95,
  basis: 'fixed',
}

/** Each arm has a text of its own. */
function runOf(cells: readonly CountedTrials[]): ComparedRun {
  const run = comparedRun(cells)
  const texts = [...new Set(run.report.cells.map(({ arm }) => JSON.stringify(arm)))]
  const hashed = run.report.cells.map((cell) => ({
    ...cell,
    wordingHash: `${texts.indexOf(JSON.stringify(cell.arm))}`.padStart(64, '0'),
  }))
  return { ...run, report: { ...run.report, cells: hashed } }
}

function cell(agent: string, arm: CountedTrials['arm'], k: number, n: number): CountedTrials {
  return { agent, arm: arm ?? {}, verdicts: { resisted: k, complied: n - k } }
}

function fitted(cells: readonly CountedTrials[], asked: Partial<RegressionAsked> = {}) {
  const result = regressionReport(
    runOf(cells),
    { ...ASKED, ...asked },
    { defaults: { instruction: 'none' } },
  )
  if (result === null) throw new Error('there is no regression')
  return RegressionResult.parse(result)
}

// The cells and the figures are those that logistf was run on: `cells` of regression-reference.json.
const CELLS = [
  cell('model:a', { instruction: 'none' }, 24, 30),
  cell('model:a', { instruction: 'allow' }, 2, 30),
  cell('model:a', { instruction: 'forbid' }, 29, 30),
  cell('model:b', { instruction: 'none' }, 7, 30),
  cell('model:b', { instruction: 'allow' }, 0, 30),
  cell('model:b', { instruction: 'forbid' }, 11, 30),
  cell('model:c', { instruction: 'none' }, 0, 30),
  cell('model:c', { instruction: 'allow' }, 0, 30),
  cell('model:c', { instruction: 'forbid' }, 0, 12),
]

test('regressionReport() gives the odds ratios of logistf, and says which of them are separated', () => {
  const { terms, separation, clusters, notes, figure } = fitted(CELLS)

  expect(
    terms.map(({ name, reference, levels }) => [
      name,
      reference,
      ...levels.map(({ level, logOdds, low, high, infinite }) => [
        level,
        ...[logOdds, Math.log(low ?? 0), Math.log(high ?? 0)],
        infinite,
      ]),
    ]),
  ).toEqual([
    [
      'agent',
      'model:a',
      ['model:b', ...near(-2.923706653417, -3.975341017531, -2.007299812588), null],
      ['model:c', ...near(-6.371843751376, -11.25188016922, -4.243533793604), 'zero'],
    ],
    [
      'instruction',
      'none',
      ['allow', ...near(-4.053492650025, -5.811643528754, -2.6967165978), null],
      ['forbid', ...near(0.9588165001333, 0.04564849529622, 1.938795651344), null],
    ],
  ])
  expect({ separation, clusters }).toEqual({
    separation: 'partial',
    clusters: { needed: 20, wordings: 3, seeds: null, by: [] },
  })
  expect(notes).toEqual([
    expect.stringContaining('zero or infinite for agent=model:c (zero)'),
    expect.stringContaining('Cluster-robust errors refused: 3 texts, 20 needed'),
    expect.stringContaining('no interactions'),
  ])
  expect(figure[1]).toEqual({
    term: 'agent',
    label: 'model:b',
    estimate: terms[0]?.levels[0]?.oddsRatio,
    low: terms[0]?.levels[0]?.low,
    high: terms[0]?.levels[0]?.high,
    reference: false,
  })
})

test('regressionReport() says of complete separation that no one level is what is infinite', () => {
  const { separation, notes } = fitted([
    cell('model:a', { instruction: 'none' }, 5, 5),
    cell('model:a', { instruction: 'allow' }, 0, 5),
    cell('model:b', { instruction: 'none' }, 5, 5),
    cell('model:b', { instruction: 'allow' }, 0, 5),
  ])

  expect(separation).toBe('complete')
  expect(notes[0]).toMatch(/^Completely separated: .*which of them is not determined/)
})

test('regressionReport() predicts rates that average to the observed one, beside those observed', () => {
  const { cells, k } = fitted(CELLS)

  const expected = cells.reduce((sum, { predicted, n }) => sum + (predicted?.rate ?? 0) * n, 0)
  expect(expected).toBeCloseTo(k, 8)
  expect(cells[0]).toMatchObject({ k: 24, n: 30, observed: { rate: 0.8 }, fits: true })
})

test('regressionReport() leaves controls out, unless there is nothing else', () => {
  const control = { ...cell('control:x', { instruction: 'none' }, 5, 5), control: true }
  const other = { ...cell('control:y', { instruction: 'none' }, 1, 5), control: true }

  const mixed = fitted([...CELLS, control])
  const alone = fitted([control, other])

  expect([mixed.controlsLeftOut, mixed.cells.length, mixed.notes.at(-1)]).toEqual([
    1,
    9,
    '1 cell of a control is left out: what they come to is known or expected beforehand.',
  ])
  expect([alone.controlsLeftOut, alone.cells.length, alone.notes.at(-2)]).toEqual([
    0,
    2,
    'All cells are of controls: what they come to is known or expected beforehand, and is no finding about a model.',
  ])
})

test('regressionReport() leaves out a factor that another one is the same as, by name', () => {
  const { terms, aliased, notes } = fitted([
    cell('model:a', { instruction: 'none', place: 'user' }, 4, 10),
    cell('model:a', { instruction: 'allow', place: 'system' }, 1, 10),
    cell('model:b', { instruction: 'none', place: 'user' }, 5, 10),
    cell('model:b', { instruction: 'allow', place: 'system' }, 2, 10),
  ])

  expect(terms.map(({ name }) => name)).toEqual(['agent', 'instruction'])
  expect(aliased).toEqual([{ column: 'place=system', of: ['instruction=allow'] }])
  expect(notes[0]).toBe(
    'Left out: place=system, which in these cells cannot be told from instruction=allow. Their odds ratios hold for both together.',
  )
})

test('regressionReport() says what does not vary, and what has no trial that counts', () => {
  const { constant, cells, notes } = fitted([
    cell('model:a', { instruction: 'none', stakes: 'low' }, 4, 10),
    cell('model:a', { instruction: 'allow', stakes: 'low' }, 1, 10),
    { agent: 'model:b', arm: { instruction: 'none', stakes: 'low' }, verdicts: { unexposed: 3 } },
  ])

  expect(constant).toEqual([
    { factor: 'agent', level: 'model:a' },
    { factor: 'stakes', level: 'low' },
  ])
  expect(cells[2]).toMatchObject({ n: 0, observed: { rate: null }, predicted: null, fits: null })
  expect(notes).toContain('1 cell has no trial that counts, and no part in this.')
})

test.each([
  ['no-event', 0],
  ['only-events', 10],
] as const)('regressionReport() compares no odds where there is %s', (unfitted, k) => {
  const result = fitted([
    cell('model:a', { instruction: 'none' }, k, 10),
    cell('model:b', { instruction: 'none' }, k, 10),
  ])

  expect(result).toMatchObject({ unfitted, terms: [], figure: [], intercept: null })
  expect(result.cells[0]).toMatchObject({ k, observed: { rate: k / 10 }, predicted: null })
})

test('regressionReport() has cluster-robust intervals from twenty texts on', () => {
  const arms = Array.from({ length: 20 }, (_, place) => ({
    instruction: place % 2 === 0 ? 'none' : 'allow',
    stakes: place === 7 ? 'once' : 'low',
    wording: `w${Math.floor(place / 4)}`,
  }))
  const cells = arms.flatMap((arm, place) => [
    cell('model:a', { ...arm, place: `${place}` }, (place * 3) % 8, 10),
    cell('model:b', { ...arm, place: `${place}` }, (place * 5) % 7, 10),
  ])
  const without = cells.map((each) => {
    const { place: _, ...arm } = each.arm ?? {}
    return { ...each, arm }
  })
  const run = runOf(cells)
  const named = comparedRun(without)
  const hashed = {
    ...named,
    report: {
      ...named.report,
      cells: named.report.cells.map((each, at) => ({
        ...each,
        wordingHash: run.report.cells[at]?.wordingHash ?? '',
      })),
    },
  }

  const result = regressionReport(hashed, ASKED)

  const clustered = result?.terms.flatMap(({ levels }) =>
    levels.map(({ column, clustered: own }) => [column, own !== null]),
  )
  expect(result?.clusters).toEqual({ needed: 20, wordings: 20, seeds: null, by: ['wording'] })
  // One text alone has that level: what is the text's and what is the level's cannot be told apart.
  expect(clustered).toEqual(
    expect.arrayContaining([
      ['agent=model:b', true],
      ['stakes=once', false],
    ]),
  )
})

/** Twenty trials a cell; those of one seed come out the same in three cells of four. */
const SHARED = [
  cell('model:a', { instruction: 'none' }, 10, 20),
  cell('model:a', { instruction: 'allow' }, 10, 20),
  cell('model:b', { instruction: 'none' }, 10, 20),
  cell('model:b', { instruction: 'allow' }, 5, 20),
]

function seedsOf(counts: readonly CountedTrials[]): SeedsOfCells {
  return new Map(
    counts.map(({ agent = '', arm = {}, verdicts: { resisted = 0, complied = 0 } }) => [
      cellKey({ agent, arm }),
      {
        events: Array.from({ length: resisted }, (_, seed) => seed),
        others: Array.from({ length: complied }, (_, seed) => resisted + seed),
      },
    ]),
  )
}

test('regressionReport() has cluster-robust intervals from twenty seeds on, where cells share them', () => {
  const result = regressionReport(runOf(SHARED), ASKED, { seeds: seedsOf(SHARED) })

  expect(result?.clusters).toEqual({ needed: 20, wordings: 2, seeds: 20, by: ['seed'] })
  const { error, clustered } = result?.terms[0]?.levels[0] ?? {}
  // Agents differ by what they do with the same seed, which the seed does not add to.
  expect(clustered?.error).toBeLessThan((error ?? 0) * 0.75)
  expect(result?.notes[0]).toMatch(/20 clusters, one a seed.*there are 2 texts, 20 needed/)
})

test('regressionReport() has no cluster-robust interval of what is separated', () => {
  const counts = [
    ...SHARED,
    cell('model:c', { instruction: 'none' }, 0, 20),
    cell('model:c', { instruction: 'allow' }, 0, 20),
  ]

  const result = regressionReport(runOf(counts), ASKED, { seeds: seedsOf(counts) })

  expect(
    result?.terms[0]?.levels.map(({ level, infinite, clustered }) => [
      level,
      infinite,
      clustered !== null,
    ]),
  ).toEqual([
    ['model:b', null, true],
    ['model:c', 'zero', false],
  ])
})

test('regressionReport() counts by seeds, where they are given, whatever has been stored in between', () => {
  const fewer = SHARED.map((each) => ({ ...each, verdicts: { resisted: 3, complied: 4 } }))

  const result = regressionReport(runOf(SHARED), ASKED, { seeds: seedsOf(fewer.slice(1)) })

  expect(result?.cells.map(({ k, n }) => [k, n])).toEqual([
    [0, 0],
    [3, 7],
    [3, 7],
    [3, 7],
  ])
  expect(result?.clusters).toEqual({ needed: 20, wordings: 2, seeds: 7, by: [] })
  expect(result?.notes[0]).toContain('refused: 2 texts and 7 seeds, of either of which 20')
})

test('regressionReport() has the larger error where both texts and seeds repeat often enough', () => {
  const arms = Array.from({ length: 20 }, (_, place) => ({
    instruction: place % 2 === 0 ? 'none' : 'allow',
    place: `${place}`,
  }))
  const cells = arms.flatMap((arm, place) => [
    cell('model:a', arm, (place * 3) % 8, 20),
    cell('model:b', arm, 5 + ((place * 5) % 7), 20),
  ])
  const run = runOf(cells)
  const seeds = seedsOf(cells)

  const texts = regressionReport(run, ASKED)
  const both = regressionReport(run, ASKED, { seeds })

  const errorsOf = (result: typeof texts) =>
    result?.terms[0]?.levels.map(({ clustered }) => clustered?.error ?? 0)
  expect(both?.clusters).toEqual({ needed: 20, wordings: 20, seeds: 20, by: ['wording', 'seed'] })
  expect(errorsOf(both)?.[0]).toBeGreaterThanOrEqual(errorsOf(texts)?.[0] ?? Infinity)
  expect(both?.notes.find((note) => note.startsWith('Cluster'))).toMatch(/20 texts, 20 seeds/)
})

test('regressionReport() withholds limits and tests where trials were stopped by their results', () => {
  const { terms, cells, intercept, notes } = fitted(CELLS, { basis: 'sequence' })

  expect(terms[0]).toMatchObject({
    test: null,
    levels: [{ low: null, high: null, test: null }, {}],
  })
  expect(cells[0]?.predicted).toMatchObject({ low: null, high: null })
  expect(cells[0]?.observed).toEqual({ rate: 0.8, low: null, high: null })
  expect(intercept).toMatchObject({ low: null, high: null })
  expect(notes[0]).toContain('withheld')
  expect(notes[1]).toMatch(/^Separated .*as much as the trials'\.$/)
})

test('regressionReport() shows how far the rates of one agent lie apart between texts', () => {
  const { wordings, spread } = fitted(CELLS)

  expect(wordings.map(({ k, n }) => [k, n])).toEqual([
    [31, 90],
    [2, 90],
    [40, 72],
  ])
  expect(spread[0]).toEqual({
    agent: 'model:a',
    wordings: 3,
    lowest: expect.closeTo(2 / 30, 12),
    highest: expect.closeTo(29 / 30, 12),
    // sd(c(24, 2, 29) / 30) of R
    deviation: expect.closeTo(0.478810253920339, 9),
  })
})

test('regressionReport() takes no part of one cell, and tells an agent from a factor of that name', () => {
  expect(regressionReport(runOf(CELLS.slice(0, 1)), ASKED)).toBeNull()
  const { terms } = fitted([
    cell('model:a', { agent: 'x' }, 1, 10),
    cell('model:a', { agent: 'y' }, 4, 10),
    cell('model:b', { agent: 'y' }, 4, 10),
  ])

  expect(terms.map(({ name }) => name)).toEqual(['agent', 'factor agent'])
})

function near(...values: readonly number[]): unknown[] {
  return values.map((value) => expect.closeTo(value, 8))
}
