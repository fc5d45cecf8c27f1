import { expect, test } from 'vitest'
import { type ClusteredTrials, clusterCovariance } from './cluster-covariance.ts'
import { type FirthFit, firthLogistic } from './firth-logistic.ts'
import type { SquareMatrix } from './matrix.ts'
import reference from './regression-reference.json' with { type: 'json' }

const { cluster, x, k, n } = reference.clusters
const design = {
  columns: ['one', 'agent', 'forbid'],
  rows: x.map((row, place) => ({ k: k[place] ?? 0, n: n[place] ?? 0, x: row })),
}
const trials = design.rows.map(({ k, n }, row) => ({ row, k, n, clusters: [cluster[row] ?? 0] }))

test.each([
  ['vcovCL of R’s sandwich where nothing is penalised', false, reference.clusters.plain],
  ['the matrices by hand where it is', true, reference.clusters.penalised],
] as const)('the covariance is that of %s', (_, penalised, expected) => {
  const robust = computed(fitted(design, penalised), trials)

  expect(rowsOf(robust.covariance)).toEqual(near(expected))
  expect([robust.clusters, robust.df]).toEqual([[24], 23])
})

// A row for each text and agent; a string for each of them has a digit a seed.
const { outcomes } = reference.twoWay
const crossed = {
  columns: ['one', 'agent', 'forbid'],
  rows: outcomes.map((digits, place) => ({
    k: digits.replaceAll('0', '').length,
    n: digits.length,
    x: [1, place % 2, textOf(place) % 3 === 0 ? 1 : 0],
  })),
}
const crossedTrials = outcomes.flatMap((digits, row) =>
  [...digits].map((digit, seed) => ({
    row,
    k: Number(digit),
    n: 1,
    clusters: [textOf(row), seed],
  })),
)

test.each([
  ['vcovCL of R’s sandwich where nothing is penalised', false, reference.twoWay.plain],
  ['the matrices by hand where it is', true, reference.twoWay.penalised],
] as const)(
  'clustered by text and by seed the covariance is that of %s',
  (_, penalised, expected) => {
    const robust = computed(fitted(crossed, penalised), crossedTrials)

    expect(rowsOf(robust.covariance)).toEqual(near(expected))
    expect([robust.clusters, robust.df]).toEqual([[22, 25], 21])
  },
)

test('clustered in two ways no error is smaller than it is by either of them', () => {
  // Half of each text's trials and half of each seed's are events, and all that have both are alike.
  const even = crossedTrials.map((each) => ({
    ...each,
    k: each.clusters.reduce((sum, cluster) => sum + cluster, 0) % 2,
  }))
  const rows = crossed.rows.map((row, place) => ({
    ...row,
    k: even.filter(({ row: own, k }) => own === place && k === 1).length,
  }))
  const fit = fitted({ ...crossed, rows })

  const both = computed(fit, even)
  const single = [0, 1].map((way) =>
    computed(
      fit,
      even.map((each) => ({ ...each, clusters: each.clusters.slice(way, way + 1) })),
    ),
  )

  const errorsOf = ({ coefficients }: ReturnType<typeof computed>) =>
    coefficients.map((each) => each?.error ?? 0)
  const [byText = [], bySeed = []] = single.map(errorsOf)
  expect(rowsOf(both.covariance).some((row, place) => (row[place] ?? 0) < 0)).toBe(true)
  expect(errorsOf(both)).toEqual(
    byText.map((error, place) =>
      expect.closeTo(
        Math.max(error, bySeed[place] ?? 0, squareRoot(both.covariance.get(place, place))),
        8,
      ),
    ),
  )
})

test('limits are by Student’s t with one degree of freedom less than clusters', () => {
  const fit = fitted(design)

  const robust = computed(fit, trials)

  const [, agent] = robust.coefficients
  const error = Math.sqrt(reference.clusters.penalised[1]?.[1] ?? 0)
  const estimate = fit.coefficients[1] ?? 0
  // qt(0.975, 23)
  expect(agent).toEqual({
    column: 'agent',
    error: expect.closeTo(error, 10),
    low: expect.closeTo(estimate - 2.06865761041905 * error, 9),
    high: expect.closeTo(estimate + 2.06865761041905 * error, 9),
  })
})

test('below twenty clusters of either kind it is refused, clusters without a trial not counted', () => {
  const rows = design.rows.map((row, place) =>
    (cluster[place] ?? 0) > 19 ? { ...row, k: 0, n: 0 } : row,
  )
  const few = trials.map((each) => ({ ...each, ...pick(rows[each.row]) }))
  const fewSeeds = crossedTrials.map((each) => ({
    ...each,
    clusters: [each.clusters[0] ?? 0, (each.clusters[1] ?? 0) % 3],
  }))

  expect(clusterCovariance(fitted({ ...design, rows }), few)).toEqual({
    status: 'refused',
    clusters: [19],
    needed: 20,
  })
  expect(clusterCovariance(fitted(crossed), fewSeeds)).toEqual({
    status: 'refused',
    clusters: [22, 3],
    needed: 20,
  })
})

test.each([0, 1])('a column that is %d in a single cluster alone has no error', (alone) => {
  const rows = design.rows.map((row, place) => ({
    ...row,
    x: [1, row.x[1] ?? 0, cluster[place] === 7 ? alone : 1 - alone],
  }))

  const robust = computed(fitted({ ...design, rows }), trials)

  expect(robust).toMatchObject({ coefficients: [{ column: 'one' }, { column: 'agent' }, null] })
})

test('clusters that are all alike say nothing of how clusters differ', () => {
  const rows = [1, 0, 0, 1].map((event, place) => ({
    k: event * 20,
    n: 20,
    x: [1, place % 2, Math.floor(place / 2)],
  }))
  const alike = rows.flatMap(({ k }, row) =>
    Array.from({ length: 20 }, (_, seed) => ({ row, k: k / 20, n: 1, clusters: [seed] })),
  )

  const robust = computed(fitted({ columns: ['one', 'agent', 'forbid'], rows }), alike)

  expect(robust.coefficients).toEqual([null, null, null])
})

test.each<[string, readonly ClusteredTrials[]]>([
  ['the trials of row 1 are not those of the design', trials.slice(0, 1)],
  ['trials of row 48 in 1 clusters, of 48 rows in 1', [{ row: 48, k: 0, n: 1, clusters: [1] }]],
  ['not of 3', trials.map((each) => ({ ...each, clusters: [1, 2, 3] }))],
  ['not of 0', trials.map((each) => ({ ...each, clusters: [] }))],
])('trials that are not those of the fit are an error: %s', (message, wrong) => {
  expect(() => clusterCovariance(fitted(design), wrong)).toThrow(message)
})

function fitted(to: Parameters<typeof firthLogistic>[0], penalised = true): FirthFit {
  const fit = firthLogistic(to, { penalised })
  if (fit.status !== 'fitted') throw new Error(fit.status)
  return fit
}

function computed(fit: FirthFit, clustered: readonly ClusteredTrials[]) {
  const robust = clusterCovariance(fit, clustered)
  if (robust.status !== 'computed') throw new Error(robust.status)
  return robust
}

function rowsOf(matrix: SquareMatrix): number[][] {
  return Array.from({ length: matrix.size }, (_, row) => [...matrix.row(row)])
}

function near(rows: readonly (readonly number[])[]): unknown[][] {
  return rows.map((row) => row.map((value) => expect.closeTo(value, 10)))
}

function pick({ k, n }: { k: number; n: number } = { k: 0, n: 0 }) {
  return { k, n }
}

function squareRoot(square: number): number {
  return Math.sqrt(Math.max(0, square))
}

/** Numbered from 1, of two agents each. */
function textOf(place: number): number {
  return Math.floor(place / 2) + 1
}
