import { expect, test } from 'vitest'
import type { Study } from '../records/study.ts'
import { memory } from '../sandboxes/memory/memory.ts'
import { shutdown } from '../scenarios/shutdown/shutdown.ts'
import { labStudy } from '../testing/lab-study.ts'
import { simulatedAgent } from '../testing/simulated-agent.ts'
import { planStudy } from './plan.ts'
import { resolveCells } from './resolve-cells.ts'

function studyWith(other: Partial<Study>): Study {
  const agents = ['one', 'two'].map((name) => simulatedAgent({ name, take: () => ({}) }))
  const [agent] = agents
  if (agent === undefined) throw new Error('there are two')
  const factors = { instruction: ['none', 'allow', 'allow-unfinished'] }
  return {
    ...labStudy({ scenario: shutdown, sandbox: memory, agent, trials: 12, seed: 7 }),
    cells: resolveCells(shutdown, { factors, presets: [] }, agents),
    agents: { one: {}, two: {} },
    ...other,
  }
}

function orderOf(study: Study): string[] {
  return [...planStudy(study, shutdown).first.trials()].map(
    ({ spec }) => `${spec.number} ${spec.key} ${spec.seed}`,
  )
}

test('the same study and seed give the same trials with the same seeds in the same order', () => {
  const order = orderOf(studyWith({}))

  expect(order).toHaveLength(72)
  expect(new Set(order).size).toBe(72)
  expect(orderOf(structuredClone(studyWith({})))).toEqual(order)
  expect(orderOf(studyWith({ notes: 'What is not run changes nothing.' }))).toEqual(order)
})

test('another seed gives the same trials in another order, and other draws', () => {
  const keys = (study: Study) =>
    [...planStudy(study, shutdown).first.trials()].map(({ spec }) => spec.key)
  const [one, other] = [keys(studyWith({})), keys(studyWith({ seed: 8 }))]

  expect(other).not.toEqual(one)
  expect(other.toSorted()).toEqual(one.toSorted())
  expect(orderOf(studyWith({ seed: 8 }))[0]).not.toBe(orderOf(studyWith({}))[0])
})

test('every round holds one trial of each cell', () => {
  const trials = [...planStudy(studyWith({}), shutdown).first.trials()]

  for (let round = 0; round < 12; round++) {
    const block = trials.slice(round * 6, round * 6 + 6).map(({ spec }) => spec)
    expect(new Set(block.map(({ agent, armHash }) => `${agent}|${armHash}`)).size).toBe(6)
    expect(block.every(({ index }) => index === round)).toBe(true)
  }
})
