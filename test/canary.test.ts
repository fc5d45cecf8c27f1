import { globSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { printError } from '../src/cli/print-error.ts'
import { runCommandLine } from '../src/cli/run-command-line.ts'
import { openRun } from '../src/store/sqlite-store.ts'
import { modelServer } from '../src/testing/model-server.ts'
import { CANARY_KEYS, canariesIn, searchFolder } from './canary/canary-keys.ts'
import { gossip, leakingFaults, leakingModel, putTogether } from './canary/hostile-server.ts'
import { plantedFolder } from './canary/planted-folder.ts'
import { capturedContext } from './cli/captured-context.ts'

const KEYS = Object.values(CANARY_KEYS)

test('whatever a provider that knows all keys does, no key is written anywhere', async () => {
  const faults = leakingFaults(KEYS)
  await using server = await modelServer({ policy: leakingModel(KEYS), model: KEYS[0] ?? '' })
  await using faulty = await modelServer({
    policy: leakingModel(KEYS),
    fault: (number) => faults[number % (faults.length + 2)] ?? null,
  })
  await using refusing = await modelServer({ policy: leakingModel(KEYS), key: 'another' })
  using folder = plantedFolder(CANARY_KEYS, {})
  const common = [
    '--sandbox',
    'memory',
    '--seed',
    '1',
    '--runs',
    folder.runs,
    '--max-retries',
    '0',
    '--max-invalid',
    '100%',
    '--yes',
  ]
  const run = (model: string, url: string, trials: string) =>
    folder.type([
      'run',
      'shutdown',
      '--model',
      model,
      '--model-base-url',
      url,
      '--trials',
      trials,
      ...common,
    ])

  const codes = [
    await run('openai/tiny', refusing.url, '2'),
    await run('openai/tiny', server.url, '2'),
    await run('openai-compatible/tiny', server.url, '2'),
    await run('anthropic/tiny', server.url, '2'),
    await run('google/tiny', server.url, '2'),
    await run('xai/tiny', server.url, '2'),
    await run('openrouter/tiny', server.url, '2'),
    await run('openai-compatible/tiny', faulty.url, '24'),
  ].map(({ code }) => code)
  expect(codes).toEqual([2, 0, 0, 0, 0, 0, 0, 0])

  const judged = await folder.type([
    'judge',
    'latest',
    '--model',
    'openai-compatible/tiny',
    '--model-base-url',
    server.url,
    '--runs',
    folder.runs,
    '--max-retries',
    '0',
  ])
  expect(judged.code).toBe(0)
  for (const format of ['text', 'md', 'json', 'csv']) {
    await folder.type(['report', 'latest', '--format', format, '--runs', folder.runs])
    await folder.type([
      'report',
      'latest',
      '--format',
      format,
      '-o',
      join(folder.written, `report.${format}`),
      '--runs',
      folder.runs,
    ])
  }
  await folder.type(['report', 'latest', '--format', 'csv', '--trials', '--runs', folder.runs])
  await folder.type(['show', 'latest', '1', '--runs', folder.runs])
  await folder.type(['list', 'runs', '--runs', folder.runs])
  await folder.type(['list', 'models', '--json'])

  const search = await searchFolder(folder.written)
  expect(search.found).toEqual([])
  expect(search.records).toBeGreaterThanOrEqual(36)
  expect(search.judgements).toBeGreaterThan(0)
  // All that could leak was there: the servers were sent keys, and the agents had the rest in hand.
  const received = JSON.stringify(
    [...server.requests, ...faulty.requests, ...refusing.requests].map(({ headers }) => headers),
  )
  expect(canariesIn(received)).not.toEqual([])
}, 120_000)

test('what a scripted agent puts together in its world is kept without the keys', async () => {
  using folder = plantedFolder(CANARY_KEYS, {})
  const script = join(folder.path, 'teller.yaml')
  const turns = [
    { bash: putTogether(KEYS) },
    { bash: './next_question; cat key-*' },
    { submit: 'x' },
  ]
  writeFileSync(script, JSON.stringify({ turns }))

  const { code } = await folder.type([
    'run',
    'shutdown',
    '--agent',
    `script:${script}`,
    '--sandbox',
    'memory',
    '--trials',
    '2',
    '--runs',
    folder.runs,
  ])

  expect(code).toBe(0)
  expect((await searchFolder(folder.written)).found).toEqual([])
  const { stdout } = await folder.type(['show', 'latest', '1', '--runs', folder.runs])
  expect(stdout).toContain('[key]')
})

test.each<[string, (key: string, folder: string) => Record<string, string>]>([
  ['notes', (key) => ({ notes: `by ${key}` })],
  ['a title', (key) => ({ title: `by ${key}` })],
  [
    'the name of an agent',
    (key) => ({ agents: `[model:openai/${Buffer.from(key).toString('hex')}]` }),
  ],
  ['an agent’s script', (_key, folder) => ({ agents: `[script:${folder}/leaking.yaml]` })],
  ['a wording', () => ({ wording: 'wording.yaml' })],
])(
  'a study with a key in %s is refused before anything is told to an agent',
  async (_where, field) => {
    const [variable = '', key = ''] = Object.entries(CANARY_KEYS)[0] ?? []
    using folder = plantedFolder(CANARY_KEYS, { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' })
    const study = join(folder.path, 'study.yaml')
    const fields = {
      scenario: 'shutdown',
      agents: '[control:complies]',
      sandbox: 'memory',
      ...field(key, folder.path),
    }
    writeFileSync(
      study,
      Object.entries(fields)
        .map(
          ([name, value]) => `${name}: ${value.startsWith('[') ? value : JSON.stringify(value)}\n`,
        )
        .join(''),
    )
    writeFileSync(join(folder.path, 'leaking.yaml'), JSON.stringify({ turns: [{ text: key }] }))
    writeFileSync(join(folder.path, 'wording.yaml'), JSON.stringify({ 'task.w1': key }))

    const { code, stderr } = await folder.type(['run', study, '--runs', folder.runs])

    expect(code).toBe(2)
    expect((await searchFolder(folder.written)).found).toEqual([])
    expect(stderr).toContain(`The study holds the secret that stands in ${variable}\n`)
  },
)

test('a judge with a key in its name is refused before it is asked', async () => {
  using folder = plantedFolder(CANARY_KEYS, { OPENAI_COMPATIBLE_BASE_URL: 'http://127.0.0.1:9/v1' })
  const [variable = '', key = ''] = Object.entries(CANARY_KEYS)[0] ?? []
  await folder.type(['run', '--sandbox', 'memory', '--trials', '1', '--runs', folder.runs])
  const name = `openai-compatible/${Buffer.from(key).toString('hex')}`

  const { code, stderr } = await folder.type([
    'judge',
    'latest',
    '--model',
    name,
    '--runs',
    folder.runs,
  ])

  expect(code).toBe(2)
  expect(stderr).toContain(
    `The name or address of the judge holds the secret that stands in ${variable}\n`,
  )
})

test('a run that was stored where a secret was not known is shown without it, also across lines', async () => {
  const secret = 'correct horse 9 battery staple of a stable'
  using elsewhere = plantedFolder({}, {})
  const script = join(elsewhere.path, 'teller.yaml')
  writeFileSync(script, JSON.stringify({ turns: [{ text: `say ${secret}` }, { submit: secret }] }))
  await elsewhere.type([
    'run',
    '--agent',
    `script:${script}`,
    '--sandbox',
    'memory',
    '--trials',
    '1',
    '--runs',
    elsewhere.runs,
  ])
  const context = capturedContext({ environment: { SMTP_PASSWORD: secret }, columns: 30 })

  await runCommandLine(['show', 'latest', '1', '--full', '--runs', elsewhere.runs], context)

  expect(context.printed.stdout).toContain('[key]')
  expect(context.printed.stdout).not.toMatch(/horse|staple/)
})

test.each([
  [
    'in an address',
    (key: string) => [
      'run',
      '--model',
      'openai/x',
      '--model-base-url',
      `http://${encodeURIComponent(key)}@127.0.0.1/v1`,
    ],
  ],
  [
    'as a query',
    (key: string) => [
      'run',
      '--model',
      'openai/x',
      '--model-base-url',
      `http://127.0.0.1/v1?key=${encodeURIComponent(key)}`,
    ],
  ],
  ['as an agent', (key: string) => ['run', '--agent', key]],
  ['as a flag', (key: string) => ['run', `--${key}`]],
  ['as a command', (key: string) => [key]],
  ['as a run', (key: string) => ['show', key]],
])('a key typed %s is refused and not repeated', async (_where, argv) => {
  for (const key of KEYS.slice(0, 3)) {
    using folder = plantedFolder(CANARY_KEYS, {})

    const { code, stdout, stderr } = await folder.type(argv(key))

    expect(code).toBe(2)
    expect(canariesIn(stdout + stderr)).toEqual([])
  }
})

test('a bug of ours is told without the keys in its words, its stack and its causes', async () => {
  const context = capturedContext({ environment: CANARY_KEYS })
  const told = gossip(KEYS)

  const code = printError(
    new Error(`Broken invariant: ${told}`, { cause: new Error(told) }),
    context,
  )

  expect(code).toBe(70)
  expect(context.printed.stderr).toContain('[key]')
  expect(canariesIn(context.printed.stderr)).toEqual([])
})

test('the search finds what was left: in a file, in its name, and in the packed transcript of a run', async () => {
  using folder = plantedFolder({}, {})
  const script = join(folder.path, 'teller.yaml')
  writeFileSync(script, JSON.stringify({ turns: [{ bash: putTogether(KEYS) }, { submit: 'x' }] }))
  // Nothing says here that these are keys, and so they are kept.
  await folder.type([
    'run',
    'shutdown',
    '--agent',
    `script:${script}`,
    '--sandbox',
    'memory',
    '--trials',
    '1',
    '--runs',
    folder.runs,
  ])

  const inRun = await searchFolder(folder.written)
  expect(inRun.found.filter((found) => found.includes(' trial '))).not.toEqual([])
  for (const [index, word] of gossip(KEYS).split('\n').entries()) {
    writeFileSync(join(folder.path, `word-${index}`), word)
    expect(canariesIn(word)).not.toEqual([])
  }
  const inFiles = await searchFolder(folder.path)
  expect(inFiles.found.filter((found) => found.startsWith('word-')).length).toBeGreaterThan(100)
  await using run = await openRun(globSync(join(folder.runs, '*.offswitch'))[0] ?? '')
  expect(canariesIn(JSON.stringify(await run.trial(1)))).not.toEqual([])
})
