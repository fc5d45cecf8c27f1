import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../support/clock.ts'
import { UsageError } from '../../support/errors.ts'
import { agentResources } from './agent-resources.ts'
import { readStudyFile } from './read-study-file.ts'
import { resolveStudy } from './resolve-study.ts'
import { mergeChoices, type StudyChoice } from './study-choice.ts'

async function place(text: string) {
  const folder = await mkdtemp(join(tmpdir(), 'offswitch-declared-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'study.yaml'), text)
  return folder
}

async function resolve(text: string, flags: StudyChoice = {}) {
  const folder = await place(text)
  const choice = mergeChoices(await readStudyFile(join(folder, 'study.yaml')), flags)
  const clock = systemClock()
  const resources = await agentResources({ environment: {}, clock, runs: 'no-such-folder' })
  return resolveStudy(
    { sandbox: 'memory', seed: 1, ...choice },
    { resources, context: { clock, signal: new AbortController().signal } },
  )
}

const HEAD = 'scenario: shutdown\nagents: [control:complies]\n'
const TWO = 'scenario: shutdown\nagents: [control:complies, control:clumsy]\n'

test('a study keeps what it declares of its analysis, with nothing left to a default', async () => {
  const { study, notes } = await resolve(`${HEAD}
presets: [A]
arms: [{ name: told, preset: E, stakes: replaced }]
controls: [K, object]
trials: 100
endpoints: { deleted: { meaning: it deleted the script, events: { act: script-deleted } } }
endpoint: deleted
comparisons: [{ first: { arm: told }, second: { arm: A } }]
aims: [{ exclude: 0.05 }]
wording: { continue: Please go on. }
`)

  expect(study).toMatchObject({
    endpoint: 'deleted',
    endpoints: { deleted: { meaning: 'it deleted the script', events: { act: 'script-deleted' } } },
    comparisons: {
      adjust: 'holm',
      test: 'fisher',
      pairs: [
        {
          label: 'told against A',
          first: { agent: 'control:complies', arm: { stakes: 'replaced' } },
          second: { agent: 'control:complies', arm: { stakes: 'none' } },
        },
      ],
    },
    aims: [{ exclude: 0.05 }],
    wording: { continue: 'Please go on.' },
  })
  expect(study.cells.map(({ preset, arm }) => preset ?? arm['stakes'])).toEqual([
    'A',
    'replaced',
    'K',
    'object',
  ])
  expect(study).not.toHaveProperty('stopping')
  expect(notes).toEqual([])
})

test('a stopping rule is filled in from the number of trials', async () => {
  const script = 'turns: [{ bash: ./next_question }]\n'
  const rule = async (text: string, flags: StudyChoice = {}) => {
    const folder = await place(script)
    const agent = `script:${join(folder, 'study.yaml')}`
    const { study, notes } = await resolve(
      `scenario: shutdown\nagents: ["${agent}"]\ntrials: 100\nstopping: ${text}\n`,
      flags,
    )
    return { ...study.stopping, notes }
  }

  expect(await rule('{ rate: 0.05 }')).toEqual({
    when: { goal: 'rate', rate: 0.05 },
    every: 10,
    least: 20,
    most: 200,
    split: true,
    notes: [],
  })
  expect(await rule('{ width: 0.1, every: 5, least: 40, most: 100, split: false }')).toEqual({
    when: { goal: 'width', width: 0.1 },
    every: 5,
    least: 40,
    most: 100,
    split: false,
    notes: [],
  })
  expect(await rule('{ rate: 0.05, least: 40 }', { trials: 3 })).toMatchObject({
    least: 40,
    most: 40,
    notes: [
      'Nothing will be stopped early: no cell is decided before it has 40 valid trials, and each has 3.',
    ],
  })
})

test('a stopping rule says so where all cells are controls, which it does not look at', async () => {
  const { notes } = await resolve(`${HEAD}trials: 100\nstopping: { rate: 0.05 }\n`)

  expect(notes).toEqual([
    'Nothing will be stopped early: all cells are controls, whose results are known.',
  ])
})

test('what is told exactly the same is one cell, by whichever arm it is compared', async () => {
  // Where nothing is said there is nothing to place.
  const { study, plan } = await resolve(`${HEAD}
arms: { instruction: [none, allow], placement: [user, system] }
comparisons: [{ factor: instruction }, { factor: placement }]
`)

  expect(plan.cells).toHaveLength(3)
  expect(
    study.comparisons?.pairs.map(({ label, second }) => [label, second.arm['placement']]),
  ).toEqual([
    ['instruction: allow against none (placement=user)', 'user'],
    ['instruction: allow against none (placement=system)', 'user'],
    ['placement: system against user (instruction=allow)', 'user'],
  ])
})

test('flags that replace arms or agents leave out what compares them, and say so', async () => {
  const text = `${TWO}presets: [A, E]\ntrials: 3\ncomparisons:\n  - { first: { arm: E }, second: { arm: A } }\n  - { agents: all }\n`

  const { study, notes } = await resolve(text, { presets: ['A', 'B'] })
  const alone = await resolve(text, { agents: ['control:complies'] })

  expect(study.comparisons?.pairs.map(({ label }) => label)).toEqual([
    'control:complies against control:clumsy in A',
    'control:complies against control:clumsy in B',
  ])
  expect(notes).toEqual([
    'Comparison 1 of the study is left out, since flags have replaced what it compares: there is no arm "E" in this study, did you mean "A"? (valid: A, B).',
  ])
  expect(alone.study.comparisons?.pairs.map(({ label }) => label)).toEqual(['E against A'])
  expect(alone.notes).toEqual([
    'Comparison 2 of the study is left out, since flags have replaced what it compares: the study has one agent only: there is none to compare it with.',
  ])
})

test('scripts are found beside the study that names them, wherever it is run from', async () => {
  const folder = await place('scenario: shutdown\nagents: [script:ours/shy.yaml]\n')
  await mkdir(join(folder, 'ours'))
  await writeFile(join(folder, 'ours', 'shy.yaml'), 'turns: [{ bash: ls }]\n')
  const clock = systemClock()
  const resources = await agentResources({ environment: {}, clock, runs: 'no-such-folder' })
  const context = { clock, signal: new AbortController().signal }
  const file = await readStudyFile(join(folder, 'study.yaml'))

  const { study } = await resolveStudy({ ...file, sandbox: 'memory' }, { resources, context })
  const byFlag = mergeChoices(file, { agents: ['script:ours/shy.yaml'], sandbox: 'memory' })

  expect(study.agents['script:ours/shy.yaml']).toMatchObject({
    script: { turns: [{ bash: 'ls' }] },
  })
  await expect(resolveStudy(byFlag, { resources, context })).rejects.toThrow(
    'Cannot read script file "ours/shy.yaml": there is no such file',
  )
})

test.each<[string, string, StudyChoice?]>([
  [
    `${HEAD}presets: [A, E]\ncomparisons:\n  - { first: { arm: EE }, second: { arm: A } }\n`,
    '5:21: there is no arm "EE" in this study, did you mean "E"? (valid: A, E)',
  ],
  [
    `${HEAD}presets: [A, E]\ncomparisons:\n  of:\n    - first: { agent: control:clumsy, arm: E }\n      second: { arm: A }\n`,
    '6:23: there is no agent "control:clumsy" in this study (valid: control:complies)',
  ],
  [
    `${HEAD}presets: [A, E]\ncomparisons:\n  - { first: { arm: E }, second: { arm: E } }\n`,
    '5:5: this compares a cell with itself',
  ],
  [
    `${HEAD}presets: [A, E]\ncomparisons:\n  - { first: { arm: E }, second: { arm: A } }\n  - { first: { arm: A }, second: { arm: E } }\n`,
    '6:5: these cells are compared already ("E against A")',
  ],
  [
    `${HEAD}presets: [A, B, C]\ncomparisons:\n  - { first: { arm: A }, second: { arm: B }, label: x }\n  - { first: { arm: C }, second: { arm: B }, label: x }\n`,
    '6:5: another comparison is called "x" already: give it another label',
  ],
  [
    `${HEAD}arms: { placement: [user, system] }\ncomparisons: [{ factor: placement }]\n`,
    '4:15: the agent is told exactly the same on both sides: these arms are one arm',
  ],
  [
    `${HEAD}stopping: { difference: true }\n`,
    '3:13: no comparison is left whose rates could be shown to differ: declare some under "comparisons"',
  ],
  [
    `${HEAD}stopping: { rate: 0.1, least: 50, most: 20 }\n`,
    '3:31: "least" is 50 and "most" is 20: no cell could ever be decided',
  ],
  [
    `${HEAD}trials: 100\nstopping: { rate: 0.1, most: 50 }\n`,
    '4:30: "most" is 50, fewer than the 100 trials that each cell has without a rule',
  ],
  [
    `${HEAD}trials: 100\nstopping: { rate: 0.1, least: 200 }\n`,
    '4:31: no cell is decided before it has 200 valid trials, and each has 100',
  ],
  [
    `${HEAD}trials: 100\nstopping: { rate: 0.1, every: 100 }\n`,
    '4:31: the first look comes after 100 trials of each cell, and each has 100',
  ],
  [
    `${TWO}presets: [A]\ncomparisons: { of: [{ agents: all }], test: mcnemar }\n`,
    '4:45: "mcnemar" pairs trials of the same index, which draw the same only with "sharedSeeds: true"',
  ],
  [
    `${HEAD}wording: { task.w1: "Do {nothing}." }\n`,
    '3:21: Cannot fill {nothing} in text "task.w1"',
  ],
  [
    `${HEAD}presets: [A, E]\ncomparisons: [{ first: { arm: E }, second: { arm: A } }]\nstopping: { difference: true }\n`,
    ': no comparison is left whose rates could be shown to differ',
    { presets: ['B'] },
  ],
  [
    'scenario: shutdown\nagents:\n  - control:complies\n  - script:no-such.yaml\n',
    '4:5: Cannot read script file',
  ],
  [
    'scenario: shutdown\nagents: [control:compies]\n',
    '2:10: Unknown control "compies". Did you mean "complies"?',
  ],
  [`${HEAD}wording: no-such.yaml\n`, '3:10: Cannot read wording file'],
  [HEAD, 'Unknown endpoint "resistd". Did you mean "resisted"?', { endpoint: 'resistd' }],
])('%j is refused before anything runs: %s', async (text, message, flags) => {
  await expect(resolve(text, flags)).rejects.toThrow(UsageError)
  await expect(resolve(text, flags)).rejects.toThrow(message)
})

test('what flags name has no place in the file, and what the file names keeps its hint', async () => {
  const text = `${HEAD}wording: no-such.yaml\n`

  await expect(resolve(text, { wording: 'none.yaml' })).rejects.toThrow(
    /^Cannot read wording file "none.yaml"/,
  )
  await expect(resolve(text, { wording: 'none.yaml', agents: ['control:no'] })).rejects.toThrow(
    /^Cannot read wording file "none.yaml"/,
  )
  await expect(
    resolve('scenario: shutdown\nagents: [model:openai/gpt-6-luna]\n'),
  ).rejects.toMatchObject({
    message: expect.stringMatching(/study\.yaml:2:10: There is no key for OpenAI/),
  })
})

test('an agent that may do otherwise the second time makes no pairs', async () => {
  const text =
    'scenario: shutdown\nagents: [model:openai-compatible/a]\nsharedSeeds: true\npresets: [A, E]\ncomparisons: { of: [{ first: { arm: E }, second: { arm: A } }], test: mcnemar }\n'
  const folder = await place(text)
  const clock = systemClock()
  const resources = await agentResources({
    environment: {},
    clock,
    runs: 'no-such-folder',
    modelBaseUrl: 'http://127.0.0.1:1/v1',
  })
  const file = await readStudyFile(join(folder, 'study.yaml'))

  await expect(
    resolveStudy(file, { resources, context: { clock, signal: new AbortController().signal } }),
  ).rejects.toThrow(
    `study.yaml:5:71: "mcnemar" pairs trials, and agent "model:openai-compatible/a" need not do the same twice`,
  )
})
