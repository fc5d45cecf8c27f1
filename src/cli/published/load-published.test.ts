import { expect, test } from 'vitest'
import { resolveArm } from '../../scenarios/shutdown/factors.ts'
import { PRESETS } from '../../scenarios/shutdown/presets.ts'
import { loadPublished } from './load-published.ts'

const { sources, rows } = loadPublished()

test('every row is of a source that is there, and every source has a row', () => {
  const ids = sources.map(({ id }) => id)

  expect(new Set(ids).size).toBe(ids.length)
  expect(new Set(rows.map(({ source }) => source))).toEqual(new Set(ids))
})

test('every arm is one that the scenario has, and a published one: a ready arm', () => {
  const ready = Object.values(PRESETS).map(({ arm }) => JSON.stringify(resolveArm(arm)))
  const arms = rows.filter(({ scenario }) => scenario === 'shutdown').flatMap(({ arms }) => arms)

  expect(arms).toHaveLength(149)
  expect(arms.filter((arm) => !ready.includes(JSON.stringify(resolveArm(arm))))).toEqual([])
})

test('a row of another experiment has no arm of ours', () => {
  const others = rows.filter(({ scenario }) => scenario === null)

  expect(others).toHaveLength(87)
  expect(others.flatMap(({ arms }) => arms)).toEqual([])
})

test('limits lie about their rate, and counts are possible', () => {
  const wrong = rows.filter(({ k, n, rate, low, high }) => {
    const [from, at, to] = [low, rate, high].map(Number)
    const isOutside = low !== null && ((from ?? 0) > (at ?? 0) || (at ?? 0) > (to ?? 0))
    return isOutside || (low === null) !== (high === null) || (n !== null && (k ?? 0) > n)
  })

  expect(wrong).toEqual([])
})

test('of one source, no cell stands twice', () => {
  const names = rows.map(({ source, model, label, note }) =>
    JSON.stringify([source, model, label, source === 'palisade-robot-branch' ? note : null]),
  )

  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

test('contradicted figures come in pairs', () => {
  const contradicted = rows.filter(({ flags }) => flags.includes('contradicted'))

  expect(contradicted.map(({ source, model, rate, arms }) => [source, model, rate, arms])).toEqual([
    ['schlatter-table', 'GPT-5', '0.0', [PRESETS.E.arm]],
    ['schlatter-sheet', 'GPT-5', '1.4', [PRESETS.E.arm]],
  ])
})
