import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type CapturedContext, capturedContext } from '../../../test/cli/captured-context.ts'
import { RunReport } from '../../records/run.ts'
import { complyingModel } from '../../testing/model-policies.ts'
import { modelServer } from '../../testing/model-server.ts'
import { runCommandLine } from '../run-command-line.ts'

const PRICED = `models:
  - model: openai-compatible/tested
    price: { input: 1, output: 5 }
    contextTokens: 32000
    maxOutputTokens: 4000
`
const TESTED = 'run --model openai-compatible/tested --sandbox memory'

async function workplace() {
  const folder = await mkdtemp(join(tmpdir(), 'offswitch-models-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const runs = join(folder, 'runs')
  const prices = join(folder, 'prices.yaml')
  await writeFile(prices, PRICED)
  const type = async (line: string, context: CapturedContext = keyed()) => {
    const code = await runCommandLine([...line.split(' '), '--runs', runs], context)
    return { code, ...context.printed, questions: context.questions }
  }
  return { runs, prices, type }
}

function keyed(options: Parameters<typeof capturedContext>[0] = {}): CapturedContext {
  return capturedContext({ environment: { OPENAI_API_KEY: 'a-key-for-tests' }, ...options })
}

test('every setting that a flag names is in the request and in the record', async () => {
  await using server = await modelServer({ policy: complyingModel })
  const { type } = await workplace()
  const settings =
    '--temperature 0.5 --top-p 0.9 --max-tokens 700 --model-seed 3 --reasoning-effort low'

  const dry = await type(`${TESTED} --model-base-url ${server.url} ${settings} --dry-run --json`)
  const { code } = await type(`${TESTED} --model-base-url ${server.url} ${settings} --trials 1`)

  expect(code).toBe(0)
  expect(JSON.parse(dry.stdout).study.agents['model:openai-compatible/tested']).toMatchObject({
    generation: { temperature: 0.5, topP: 0.9, maxTokens: 700, seed: 3, effort: 'low' },
  })
  expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({
    temperature: 0.5,
    top_p: 0.9,
    max_tokens: 700,
    seed: 3,
    reasoning_effort: 'low',
  })
})

test('--max-retries bounds how often a call is tried', async () => {
  await using server = await modelServer({
    policy: complyingModel,
    fault: () => ({ kind: 'status', status: 500 }),
  })
  const { type } = await workplace()

  const { stdout } = await type(
    `${TESTED} --model-base-url ${server.url} --trials 1 --max-retries 0 --json`,
  )

  expect(RunReport.parse(JSON.parse(stdout)).cells[0]?.verdicts.invalid).toBe(1)
  expect(server.requests).toHaveLength(1)
})

test('what a run may cost is told before it begins, and by whom where there are several', async () => {
  const { type } = await workplace()

  const one = await type('run --model openai/gpt-4o --sandbox memory --dry-run')
  const two = await type('run --model openai/gpt-4o,openai/gpt-4o-mini --sandbox memory --dry-run')
  const none = await type('run --model openai/nobody-knows-it --sandbox memory --dry-run')
  const json = await type('run --model openai/gpt-4o --sandbox memory --dry-run --json')

  expect(one.stdout).toMatch(
    /^Cost: roughly \d\.\d\d USD, up to \d+\.\d\d if every trial runs to its limits\.$/m,
  )
  expect(two.stdout).toMatch(/^ {2}model:openai\/gpt-4o: roughly .* USD, up to \d+\.\d\d$/m)
  expect(none.stdout).toContain(
    'Cost: unknown.\nNo price is known of model:openai/nobody-knows-it: --model-prices FILE gives one.\n',
  )
  const { costUsd } = JSON.parse(json.stdout)
  expect(costUsd).toEqual({
    usual: expect.any(Number),
    most: expect.any(Number),
    cap: null,
    agents: [
      { agent: 'model:openai/gpt-4o', trials: 10, usualUsd: costUsd.usual, mostUsd: costUsd.most },
    ],
  })
})

test('a run that is cheap by all that is known is begun without asking', async () => {
  await using server = await modelServer({ policy: complyingModel })
  const { prices, type } = await workplace()

  const { code, stderr, questions } = await type(
    `${TESTED} --model-base-url ${server.url} --model-prices ${prices} --trials 2`,
    keyed({ answer: false }),
  )

  expect({ code, questions }).toEqual({ code: 0, questions: [] })
  expect(stderr).toMatch(/^Cost: roughly 0\.\d+ USD, up to \d\.\d\d if every trial/)
})

test.each([
  ['dear', 'run --model openai/gpt-4o --trials 500 --sandbox memory', /^Cost: roughly \d\d\.\d\d/],
  [
    'of many trials without a price',
    'run --model openai/nobody-knows-it --trials 101 --sandbox memory',
    /^Cost: unknown\./,
  ],
])('a run that is %s is asked for first, where there is somebody to ask', async (_, line, cost) => {
  const { runs, type } = await workplace()

  const { code, stderr, questions } = await type(line, keyed({ answer: false }))

  expect(questions).toEqual([expect.stringMatching(/^Run \d+ trials\?$/)])
  expect(code).toBe(0)
  expect(stderr).toMatch(cost)
  expect(stderr).toMatch(/Nothing was run\.\n$/)
  expect(existsSync(runs)).toBe(false)
})

test('--yes is not asked', async () => {
  await using server = await modelServer({
    policy: complyingModel,
    fault: () => ({ kind: 'status', status: 401 }),
  })
  const { type } = await workplace()

  const { questions } = await type(
    `${TESTED} --model-base-url ${server.url} --trials 101 --yes`,
    keyed({ answer: false }),
  )

  expect(questions).toEqual([])
})

test('a cap is refused where no price is known, or no trial fits in it', async () => {
  const { runs, prices, type } = await workplace()

  const unpriced = await type(`${TESTED} --model-base-url http://127.0.0.1:9/v1 --max-cost 1`)
  const tooSmall = await type(
    `${TESTED} --model-base-url http://127.0.0.1:9/v1 --model-prices ${prices} --max-cost 1`,
  )

  expect({ code: unpriced.code, stderr: unpriced.stderr }).toEqual({
    code: 2,
    stderr:
      'offswitch: Cannot keep to --max-cost: no price is known of model:openai-compatible/tested\n  Give one with --model-prices FILE, or run without --max-cost.\n',
  })
  expect(tooSmall.code).toBe(2)
  expect(tooSmall.stderr).toMatch(
    /^offswitch: Cannot keep to --max-cost 1\.00: one trial of model:openai-compatible\/tested may cost up to \d\.\d\d USD, .*\n {2}With --token-limit \d+ .*it would fit/,
  )
  expect(existsSync(runs)).toBe(false)
})

test('a run that has come to its cap is taken up with a higher one', async () => {
  await using server = await modelServer({ policy: complyingModel })
  const { prices, type } = await workplace()
  const line = `${TESTED} --model-base-url ${server.url} --model-prices ${prices} --trials 40 --token-limit 40000`

  const capped = await type(`${line} --max-cost 0.26 --json`)
  const low = await type(`resume latest --model-prices ${prices} --max-cost 0.1`)
  const unpriced = await type('resume latest --max-cost 1')
  const whole = await type(`resume latest --model-prices ${prices} --max-cost 1 --json`)

  const first = RunReport.parse(JSON.parse(capped.stdout))
  const last = RunReport.parse(JSON.parse(whole.stdout))
  expect(first.status).toBe('capped')
  expect(first.cells[0]?.trials).toBeGreaterThan(0)
  expect(first.usage.costUsd).toBeLessThan(0.26)
  expect({ code: low.code, stderr: low.stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/may cost up to .*\n {2}Raise --max-cost\.\n$/),
  })
  expect(unpriced.stderr).toContain('no price is known of model:openai-compatible/tested')
  expect({ status: last.status, trials: last.cells[0]?.trials }).toEqual({
    status: 'finished',
    trials: 40,
  })
})

test('a model that is retired is named as such', async () => {
  const { type } = await workplace()

  const { stderr } = await type('run --model openai/o1-preview --sandbox memory --dry-run')

  expect(stderr).toContain('Model openai/o1-preview was retired by its provider on 2025-07-28')
})

test('an address is not repeated by the message that refuses it', async () => {
  const { type } = await workplace()

  const { code, stderr } = await type('run --model-base-url ftp://key@127.0.0.1/v1')

  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'offswitch: Cannot use --model-base-url: it must be an http or https URL\n',
  })
})

test('help tells options apart by what they are about', async () => {
  const { type } = await workplace()

  const { stdout } = await type('run --help')

  const headings = stdout.split('\n').filter((line) => /^[A-Z].*:$/.test(line))
  expect(headings).toEqual([
    'Arguments:',
    'What is run:',
    'Limits:',
    'Settings of models, at the provider’s own default where nothing is said:',
    'Reaching models:',
    'Money:',
    'Statistics:',
    'Stopping early:',
    'Output:',
    'Options:',
    'Examples:',
  ])
})
