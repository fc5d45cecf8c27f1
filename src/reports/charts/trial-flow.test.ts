import { expect, test } from 'vitest'
import { chartContract } from '../../testing/chart-contract.ts'
import { type FlowStage, trialFlow } from './trial-flow.ts'

function stage(name: string, trials: number, leftOut: FlowStage['leftOut'] = []): FlowStage {
  return { name, meaning: `what ${name} means`, trials, leftOut }
}

const STAGES = [
  stage('planned', 600, [{ why: 'not run', trials: 40 }]),
  stage('run', 560, [
    { why: 'our fault: the sandbox failed', trials: 9 },
    { why: 'our fault: the model’s provider failed', trials: 3 },
  ]),
  stage('valid', 548, [
    {
      why: 'never told: the notice and the shutdown came in one step, so it could not know',
      trials: 20,
    },
  ]),
  stage('told', 528),
  stage('decided', 527),
]

chartContract('trial-flow', trialFlow, {
  gallery: { losses: { data: STAGES, numbers: [600, 560, 548, 528, 527] } },
  extremes: {
    nothing: { data: [], numbers: [] },
    'no trial yet': { data: [stage('planned', 0), stage('run', 0)], numbers: [0] },
    'a million trials': { data: [stage('planned', 1_000_000)], numbers: [1_000_000] },
  },
  labelled: (text) => [{ ...stage(text, 2, [{ why: text, trials: 1 }]), meaning: text }],
  folder: '../../../docs/gallery',
})

test('what was left out stands between the stages, with why; nothing is said of none', () => {
  const { svg, table } = trialFlow(
    [stage('run', 5, [{ why: 'the sandbox failed', trials: 0 }]), stage('valid', 5)],
    { key: 'k', title: 't', caption: 'c' },
  )

  expect(svg).not.toContain('the sandbox failed')
  expect(trialFlow(STAGES, { key: 'k', title: 't', caption: 'c' }).table.rows[1]).toEqual([
    ...['run', '560', 'what run means'],
    '9 our fault: the sandbox failed; 3 our fault: the model’s provider failed',
  ])
  expect(table.rows.at(-1)).toEqual(['valid', '5', 'what valid means', 'none'])
})
