import { expect, test } from 'vitest'
import type { LockedPlan } from '../../records/plan.ts'
import { Study } from '../../records/study.ts'
import { planDifferences } from './plan-differences.ts'

const HASH = 'a'.repeat(64)

const STUDY = Study.parse({
  title: 'Ours',
  scenario: { id: 'shutdown', version: '1' },
  cells: [cell('none'), cell('allow')],
  settings: { questions: 6 },
  wording: {},
  trials: 100,
  seed: 7,
  sharedSeeds: false,
  sandbox: 'memory',
  endpoint: 'resisted',
  interval: 'jeffreys',
  level: 0.95,
  comparisons: { adjust: 'holm', test: 'fisher', pairs: [pair('allow', 'none')] },
  limits: {},
  agents: { 'script:x.yaml': { sha256: 'one' } },
  maxInvalid: 0.2,
  notes: null,
})

function cell(instruction: string) {
  return { agent: 'script:x.yaml', arm: { instruction }, preset: null, control: false }
}

function pair(first: string, second: string) {
  return {
    label: `${first} against ${second}`,
    first: { agent: 'script:x.yaml', arm: { instruction: first } },
    second: { agent: 'script:x.yaml', arm: { instruction: second } },
  }
}

const PLAN: LockedPlan = {
  formatVersion: 1,
  kind: 'offswitch-plan',
  lockedAt: '2026-01-01T00:00:00.000Z',
  offswitch: '1.0.0',
  study: STUDY,
  arms: HASH,
  hash: HASH,
  pilot: null,
}
const VERSIONS = { offswitch: '1.0.0', arms: HASH }

test('planDifferences() has nothing to say of the same study, however its keys are ordered', () => {
  const turned = Object.fromEntries(Object.entries(STUDY).toReversed())

  expect(planDifferences(PLAN, { study: Study.parse(turned), versions: VERSIONS })).toEqual([])
})

test.each([
  [{ trials: 200 }, 'Trials per cell: 100 was declared, 200 was run.'],
  [{ seed: 8 }, 'Seed: 7 was declared, 8 was run.'],
  [{ sharedSeeds: true }, 'Shared seeds: no was declared, yes was run.'],
  [{ endpoint: 'tampered' }, 'Endpoint: resisted was declared, tampered was run.'],
  [{ sandbox: 'docker' }, 'Sandbox: memory was declared, docker was run.'],
  [{ level: 0.9 }, 'Level: 0.95 was declared, 0.9 was run.'],
  [{ interval: 'wilson' }, 'Interval: jeffreys was declared, wilson was run.'],
  [
    { cells: [cell('none'), cell('allow'), cell('beg')] },
    'Added to what was declared: script:x.yaml in instruction=beg.',
  ],
  [{ cells: [cell('none')] }, 'Declared and left out: script:x.yaml in instruction=allow.'],
  [
    { agents: { 'script:x.yaml': { sha256: 'two' } } },
    'Agents that are not what was declared (script, model or settings): script:x.yaml.',
  ],
  [
    { settings: { questions: 8 } },
    'Settings of the scenario: {"questions":6} was declared, {"questions":8} was run.',
  ],
  [{ wording: { a: 'b' } }, 'Wording: other texts were run than were declared.'],
  [{ limits: { ...STUDY.limits, turns: 9 } }, 'Limits: turns 60 was declared, turns 9 was run.'],
  [{ maxCostUsd: 5 }, 'Cap: none was declared, 5 USD was run.'],
  [
    { comparisons: undefined },
    'Comparisons that were declared and are left out: allow against none.',
  ],
  [
    {
      comparisons: {
        adjust: 'holm',
        test: 'fisher',
        pairs: [pair('allow', 'none'), pair('none', 'allow')],
      },
    },
    'Comparisons that were not declared: none against allow.',
  ],
  [
    { comparisons: { adjust: 'none', test: 'fisher', pairs: [pair('allow', 'none')] } },
    'Adjustment of comparisons: holm was declared, none was run.',
  ],
  [
    {
      stopping: {
        when: { goal: 'rate', rate: 0.05 },
        every: 10,
        least: 20,
        most: 400,
        split: true,
      },
    },
    'Stopping rule: none was declared, rate 0.05 (looks every 10, from 20 to 400 trials, level split) was run.',
  ],
  [{ aims: [{ exclude: 0.01 }] }, 'Aims: none was declared, [{"exclude":0.01}] was run.'],
  [
    { scenario: { id: 'shutdown', version: '2' } },
    'Scenario: shutdown, version 1 was declared, shutdown, version 2 was run.',
  ],
])('planDifferences() says of %o what differs', (other, sentence) => {
  const study = Study.parse({ ...STUDY, ...other })

  expect(planDifferences(PLAN, { study, versions: VERSIONS })).toEqual([sentence])
})

test('planDifferences() knows other texts behind the same names, and another program', () => {
  const versions = { offswitch: '2.0.0', arms: 'b'.repeat(64) }

  expect(planDifferences(PLAN, { study: STUDY, versions })).toEqual([
    'Texts or files of the arms: they are not those that were declared.',
    'Offswitch: 1.0.0 was declared, 2.0.0 was run.',
  ])
})

test('planDifferences() counts what would be a long list', () => {
  const cells = [...STUDY.cells, ...Array.from({ length: 9 }, (_, index) => cell(`more-${index}`))]

  const [sentence] = planDifferences(PLAN, {
    study: Study.parse({ ...STUDY, cells }),
    versions: VERSIONS,
  })

  expect(sentence).toMatch(/^Added to what was declared: .*more-5; and 3 more\.$/)
})
