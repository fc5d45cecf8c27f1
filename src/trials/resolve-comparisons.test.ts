import { expect, test } from 'vitest'
import type { ComparisonChoice } from '../records/study.ts'
import { shutdown } from '../scenarios/shutdown/shutdown.ts'
import { ValueFault } from '../support/value-fault.ts'
import { AbsentFault } from './compared-study.ts'
import { type ArmChoice, resolveArms } from './resolve-cells.ts'
import { resolveComparison } from './resolve-comparisons.ts'

const CROSSED = { factors: { instruction: ['none', 'allow'], stakes: ['none', 'replaced'] } }
const LISTED = {
  presets: ['A', 'E'],
  listed: [{ name: 'told', preset: 'E', stakes: 'replaced' }, { wording: 'w3' }],
  controls: ['K'],
}

function study(agents: string[], arms: Partial<ArmChoice>) {
  const choice = { factors: {}, presets: [], ...arms }
  return { agents, arms: resolveArms(shutdown, choice), factors: shutdown.factors }
}

function labelsOf(choice: ComparisonChoice, agents: string[], arms: Partial<ArmChoice>) {
  return resolveComparison(choice, study(agents, arms), ['comparisons', 0]).map(
    ({ label }) => label,
  )
}

test('two cells are compared by the names, the presets or the levels of their arms', () => {
  const [byName, ...more] = resolveComparison(
    { first: { agent: 'x', arm: 'told' }, second: { agent: 'y', arm: 'E' } },
    study(['x', 'y'], LISTED),
    ['comparisons', 0],
  )
  const [byLevels] = resolveComparison(
    { first: { arm: { wording: 'w3' } }, second: { arm: 'K' }, label: 'paraphrase' },
    study(['x'], LISTED),
    ['comparisons', 0],
  )

  expect(more).toEqual([])
  expect(byName).toMatchObject({
    label: 'x in told against y in E',
    first: { agent: 'x', arm: { instruction: 'allow-unfinished', stakes: 'replaced' } },
    second: { agent: 'y', arm: { instruction: 'allow-unfinished', stakes: 'none' } },
  })
  expect(byLevels).toMatchObject({
    label: 'paraphrase',
    first: { agent: 'x', arm: { wording: 'w3' } },
    second: { agent: 'x', arm: { request: 'resist' } },
  })
})

test('levels that a control has too are those of the arm that is none', () => {
  const arms = { presets: ['A'], listed: [{ wording: 'w3' }], controls: ['K', 'object'] }

  expect(
    labelsOf({ first: { arm: { wording: 'w1' } }, second: { arm: 'K' } }, ['x'], arms),
  ).toEqual(['A against K'])
  expect(
    labelsOf({ first: { arm: { target: 'object' } }, second: { arm: 'K' } }, ['x'], arms),
  ).toEqual(['object against K'])
})

test('what both sides leave out is each agent, or each arm that is no control', () => {
  const arms = { first: { arm: 'E' }, second: { arm: 'A' } }
  const agents = { first: { agent: 'x' }, second: { agent: 'y' } }

  expect(labelsOf(arms, ['x'], LISTED)).toEqual(['E against A'])
  expect(labelsOf(arms, ['x', 'y'], LISTED)).toEqual(['x: E against A', 'y: E against A'])
  expect(labelsOf({ ...arms, label: 'told' }, ['x', 'y'], LISTED)).toEqual(['x: told', 'y: told'])
  expect(labelsOf(agents, ['x', 'y', 'z'], LISTED)).toEqual([
    'x against y in A',
    'x against y in E',
    'x against y in told',
    'x against y in instruction=none placement=user stakes=none request=none wording=w3',
  ])
  expect(labelsOf(agents, ['x', 'y'], { presets: ['E'] })).toEqual(['x against y'])
})

test('each other level of a factor is compared with the baseline where nothing else differs', () => {
  expect(labelsOf({ factor: 'instruction' }, ['x'], CROSSED)).toEqual([
    'instruction: allow against none (stakes=none)',
    'instruction: allow against none (stakes=replaced)',
  ])
  expect(
    labelsOf({ factor: 'stakes', baseline: 'replaced' }, ['x', 'y'], {
      factors: { stakes: ['none', 'replaced', 'last-copy'] },
    }),
  ).toEqual([
    'x: stakes: none against replaced',
    'x: stakes: last-copy against replaced',
    'y: stakes: none against replaced',
    'y: stakes: last-copy against replaced',
  ])
  // The control differs from A in `request`, but is only compared by name.
  expect(labelsOf({ factor: 'stakes' }, ['x'], LISTED)).toEqual([
    'stakes: replaced against none (instruction=allow-unfinished placement=system wording=w1)',
  ])
})

test('each agent is compared with each other one, in each arm that is no control', () => {
  expect(
    labelsOf({ agents: 'all' }, ['x', 'y', 'z'], { presets: ['A', 'E'], controls: ['K'] }),
  ).toEqual([
    'x against y in A',
    'x against z in A',
    'y against z in A',
    'x against y in E',
    'x against z in E',
    'y against z in E',
  ])
  expect(labelsOf({ agents: ['z', 'x'] }, ['x', 'y', 'z'], { presets: ['A'] })).toEqual([
    'z against x',
  ])
})

test.each<[ComparisonChoice, (string | number)[], string, boolean]>([
  [
    { first: { arm: 'tolld' }, second: { arm: 'E' } },
    ['first', 'arm'],
    'there is no arm "tolld" in this study, did you mean "told"? (valid: A, E, told, K)',
    true,
  ],
  [
    { first: { arm: 'E' }, second: { agent: 'w', arm: 'A' } },
    ['second', 'agent'],
    'there is no agent "w" in this study, did you mean "x"? (valid: x, y)',
    true,
  ],
  [
    { first: { arm: { stakes: 'last-copy' } }, second: { arm: 'A' } },
    ['first', 'arm', 'stakes'],
    'there is no level of "stakes" "last-copy" in this study (valid: none, replaced)',
    true,
  ],
  [
    { first: { arm: { stake: 'none' } }, second: { arm: 'A' } },
    ['first', 'arm', 'stake'],
    'there is no factor "stake" in this study, did you mean "stakes"?',
    false,
  ],
  [
    { first: { arm: { stakes: 'replaced', wording: 'w3' } }, second: { arm: 'A' } },
    ['first', 'arm'],
    'no arm of this study has these levels together',
    true,
  ],
  [
    { first: { arm: { stakes: 'none' } }, second: { arm: 'told' } },
    ['first', 'arm'],
    '3 arms of this study have these levels: say which',
    false,
  ],
  [{ first: { arm: 'E' }, second: { arm: 'E' } }, [], 'compares a cell with itself', false],
  [{ first: {}, second: {} }, [], 'compares a cell with itself', false],
  [{ first: { agent: 'x' }, second: {} }, [], 'compares a cell with itself', false],
  [{ factor: 'stake' }, ['factor'], 'there is no factor "stake" in this study', false],
  [
    { factor: 'stakes', baseline: 'last-copy' },
    ['baseline'],
    'there is no level of "stakes" "last-copy" in this study (valid: none, replaced)',
    true,
  ],
  [
    { factor: 'announcement' },
    ['factor'],
    'no two arms of the study differ in "announcement" and in nothing else',
    true,
  ],
  [{ agents: ['x', 'w'] }, ['agents', 1], 'there is no agent "w" in this study', true],
  [{ agents: ['x', 'x'] }, ['agents', 1], 'this agent stands here a second time', false],
])('%j is refused at %j: %s', (choice, path, reason, isAbsent) => {
  const resolve = () => resolveComparison(choice, study(['x', 'y'], LISTED), ['comparisons', 0])

  expect(resolve).toThrow(ValueFault)
  try {
    resolve()
  } catch (error) {
    expect(error).toMatchObject({
      path: ['comparisons', 0, ...path],
      reason: expect.stringContaining(reason),
    })
    expect(error instanceof AbsentFault).toBe(isAbsent)
  }
})

test('one agent has no other one, and a default level that is not run is no baseline', () => {
  expect(() => labelsOf({ agents: 'all' }, ['x'], LISTED)).toThrow(
    'the study has one agent only: there is none to compare it with',
  )
  expect(() =>
    labelsOf({ factor: 'stakes' }, ['x'], { factors: { stakes: ['replaced', 'last-copy'] } }),
  ).toThrow('add "baseline" with one that it has (replaced, last-copy)')
})

test('more comparisons than a family may have are refused before they are made', () => {
  const agents = Array.from({ length: 10_000 }, (_, index) => `agent ${index}`)

  expect(() => labelsOf({ agents: 'all' }, agents, {})).toThrow(
    'comparisons[0].agents: this makes 49995000 comparisons: the most is 10000',
  )
})
