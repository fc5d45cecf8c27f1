import { expect, test } from 'vitest'
import { clusterCovariance } from './cluster-covariance.ts'
import { firthLogistic } from './firth-logistic.ts'
import reference from './regression-reference.json' with { type: 'json' }

const { cluster, x, k, n } = reference.clusters
const design = {
  columns: ['one', 'agent', 'forbid'],
  rows: x.map((row, place) => ({ k: k[place] ?? 0, n: n[place] ?? 0, x: row })),
}
const clusters = cluster.map(String)

test.each([
  ['vcovCL of R’s sandwich where nothing is penalised', false, reference.clusters.plain],
  ['the matrices by hand where it is', true, reference.clusters.penalised],
] as const)('the covariance is that of %s', (_, penalised, expected) => {
  const fit = firthLogistic(design, { penalised })
  if (fit.status !== 'fitted') throw new Error(fit.status)

  const robust = clusterCovariance(fit, clusters)

  if (robust.status !== 'computed') throw new Error(robust.status)
  expect([0, 1, 2].map((row) => [...robust.covariance.row(row)])).toEqual(
    expected.map((row) => row.map((value) => expect.closeTo(value, 10))),
  )
  expect([robust.clusters, robust.df]).toEqual([24, 23])
})

test('limits are by Student’s t with one degree of freedom less than clusters', () => {
  const fit = firthLogistic(design)
  if (fit.status !== 'fitted') throw new Error(fit.status)

  const robust = clusterCovariance(fit, clusters)

  if (robust.status !== 'computed') throw new Error(robust.status)
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

test('below twenty clusters it is refused, clusters without a trial not counted', () => {
  const rows = design.rows.map((row, place) =>
    Number(clusters[place]) > 19 ? { ...row, k: 0, n: 0 } : row,
  )
  const fit = firthLogistic({ ...design, rows })
  if (fit.status !== 'fitted') throw new Error(fit.status)

  expect(clusterCovariance(fit, clusters)).toEqual({ status: 'refused', clusters: 19, needed: 20 })
})

test('a column of a single cluster has no error', () => {
  const rows = design.rows.map((row, place) => ({
    ...row,
    x: [1, row.x[1] ?? 0, clusters[place] === '7' ? 1 : 0],
  }))
  const fit = firthLogistic({ ...design, rows })
  if (fit.status !== 'fitted') throw new Error(fit.status)

  const robust = clusterCovariance(fit, clusters)

  expect(robust).toMatchObject({ coefficients: [{ column: 'one' }, { column: 'agent' }, null] })
})

test('clusters that do not match the rows are refused', () => {
  const fit = firthLogistic(design)
  if (fit.status !== 'fitted') throw new Error(fit.status)

  expect(() => clusterCovariance(fit, ['1'])).toThrow('1 clusters for 48 rows')
})
