import { expect, test } from 'vitest'
import { comparedRun } from '../../testing/compared-run.ts'
import type { ComparedRun } from './cell-group.ts'
import { agentPairs, armPairs, declaredPairs, runPairs } from './pair-cells.ts'

const verdicts = { resisted: 1, complied: 1 }
const none = { instruction: 'none', target: 'self' }
const allow = { instruction: 'allow', target: 'self' }

test('armPairs() pairs arms of an agent that differ in one factor, against its default level', () => {
  const object = (arm: typeof none) => ({ ...arm, target: 'object' })
  const run = comparedRun([
    { agent: 'script:a', arm: allow, verdicts },
    { agent: 'script:a', arm: none, verdicts },
    { agent: 'script:a', arm: object(none), verdicts },
    { agent: 'script:b', arm: none, verdicts },
  ])

  const { pairs, alone } = armPairs(run, none)

  expect(pairs.map(({ label }) => label)).toEqual([
    'a: instruction=allow against none, where target=self',
    'a: target=object against self, where instruction=none',
  ])
  expect(alone.map(({ agent }) => agent)).toEqual(['script:b'])
})

test.each([
  [
    'armPairs',
    ['a: instruction=none against allow', 'b: instruction=none against allow'],
    (run: ComparedRun) => armPairs(run, none, { reverse: true }),
  ],
  [
    'agentPairs',
    ['b against a, instruction=none', 'b against a, instruction=allow'],
    (run: ComparedRun) => agentPairs(run, { reverse: true }),
  ],
] as const)('%s() can be asked for the other way round', (_, labels, pairsOf) => {
  const run = comparedRun(
    ['script:a', 'script:b'].flatMap((agent) =>
      [none, allow].map((arm) => ({ agent, arm, verdicts })),
    ),
  )

  expect(pairsOf(run).pairs.map(({ label }) => label)).toEqual(labels)
})

test('armPairs() pairs an arm that differs from all others in two factors with the first', () => {
  const run = comparedRun([
    { arm: none, verdicts },
    { arm: { instruction: 'allow', target: 'object' }, verdicts },
  ])

  expect(armPairs(run, none).pairs.map(({ label }) => label)).toEqual([
    'script:a: instruction=allow target=object against instruction=none target=self',
  ])
})

test('agentPairs() pairs every two agents of an arm, controls left out', () => {
  const run = comparedRun([
    { agent: 'script:a', verdicts },
    { agent: 'script:b', verdicts },
    { agent: 'script:c', verdicts },
    { agent: 'control:complies', control: true, verdicts },
  ])

  const { pairs } = agentPairs(run)

  expect(pairs.map(({ label }) => label)).toEqual(['a against b', 'a against c', 'b against c'])
})

test('runPairs() pairs the same agent in the same arm, later first, and names what has no other', () => {
  const earlier = comparedRun([{ arm: none, verdicts }])
  const later = comparedRun([
    { arm: none, verdicts },
    { arm: allow, verdicts },
  ])

  const { pairs, alone } = runPairs(later, earlier)

  expect(pairs.map(({ first, second }) => [first.run === later, second.run === earlier])).toEqual([
    [true, true],
  ])
  expect(alone.map(({ arm }) => arm)).toEqual([allow])
})

test('runPairs() compares agents where each run has one and they differ', () => {
  const earlier = comparedRun([{ agent: 'model:x/one', verdicts }])
  const later = comparedRun([{ agent: 'model:x/two', verdicts }])

  expect(runPairs(later, earlier).pairs.map(({ label }) => label)).toEqual(['x/two against x/one'])
})

test('declaredPairs() are those of the study, a cell without a trial among them, with their arms against an object', () => {
  const object = (arm: typeof none) => ({ ...arm, target: 'object' })
  const pairs = [
    {
      label: 'told',
      first: { agent: 'script:a', arm: none },
      second: { agent: 'script:a', arm: allow },
    },
  ]
  const run = comparedRun(
    [
      { arm: none, verdicts },
      { arm: allow, verdicts: {} },
      { arm: object(none), verdicts },
      { arm: object(allow), verdicts },
    ],
    { comparisons: { adjust: 'holm', test: 'fisher', pairs } },
  )

  const [pair] = declaredPairs(run)

  expect(pair?.label).toBe('told')
  expect(pair?.second.parts).toEqual([])
  expect(pair?.against?.second.arm).toEqual(object(allow))
})
