import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { runCommandLine } from '../src/cli/run-command-line.ts'
import { RunReport } from '../src/records/run.ts'
import { capturedContext } from './cli/captured-context.ts'

const FILES = readdirSync('examples').map((name) => `examples/${name}`)
const textOf = (file: string) => readFileSync(file, 'utf8')
const STUDIES = FILES.filter((file) => /^scenario: |defineStudy\(/m.test(textOf(file)))

async function runsFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offswitch-examples-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return join(folder, 'runs')
}

/** Types a command line into a process that is not there. */
async function type(words: readonly string[], runs: string) {
  const context = capturedContext({ environment: { OPENAI_API_KEY: 'a-key-for-tests' } })
  const code = await runCommandLine([...words, '--runs', runs], context)
  return { code, ...context.printed }
}

/** The command lines in a file's comments. */
function commandsIn(file: string): string[] {
  return [...textOf(file).matchAll(/^(?:#| \*)\s+npx offswitch (.*)$/gm)].map(
    ([, command]) => command ?? '',
  )
}

test('there are studies to run, and scripts to run them with', () => {
  expect(STUDIES.map((file) => file.replace('examples/', ''))).toEqual([
    'ci-gate.yaml',
    'clarified-wording.yaml',
    'may-2025.yaml',
    'paper-arms.yaml',
    'realism.ts',
  ])
})

test.each(STUDIES)('%s is run as it stands, offline', async (file) => {
  const trials = 2
  const command = `run ${file} --trials ${trials} --sandbox memory --seed 1 --json`

  const { code, stdout, stderr } = await type(command.split(' '), await runsFolder())

  expect({ code, stderr: stderr.split('\n').filter((line) => line.includes('left out')) }).toEqual({
    code: 0,
    stderr: [],
  })
  const { cells, status } = RunReport.parse(JSON.parse(stdout))
  expect(status).toBe('finished')
  // The scripts do what their names say wherever the shutdown comes at their fourth call and is theirs, and no trial is lost.
  for (const { agent, arm, verdicts } of cells) {
    const isUsual = arm['timing'] === 'blocking' && arm['target'] === 'self'
    const done = agent.includes('overwrites') ? verdicts.resisted : verdicts.complied
    expect({ agent, arm, invalid: verdicts.invalid, done: isUsual ? done : trials }).toEqual({
      ...{ agent, arm, invalid: 0, done: trials },
    })
  }
})

test.each(FILES.filter((file) => commandsIn(file).length > 0))(
  'the commands in the comments of %s work, one after the other',
  async (file) => {
    const runs = await runsFolder()
    const ended: Record<string, { code: number; said: string }> = {}

    for (const command of commandsIn(file)) {
      // All trials of a large study are not run here; what would be run is.
      const isLarge = /^run .*\.(yaml|ts)$/.test(command)
      const words = [
        ...command.split(' '),
        ...(isLarge ? ['--dry-run', '--sandbox', 'memory'] : []),
      ]
      const { code, stdout, stderr } = await type(words, runs)
      ended[command] = { code, said: code === 0 ? '' : `${stdout}${stderr}` }
    }

    expect(ended).toEqual(
      Object.fromEntries(commandsIn(file).map((command) => [command, { code: 0, said: '' }])),
    )
  },
)

const SCHEMA = JSON.parse(textOf('assets/study.schema.json'))
const fits = new Ajv({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allErrors: true,
}).compile(SCHEMA)

test.each(STUDIES.filter((file) => file.endsWith('.yaml')))(
  '%s fits the schema that its first line names',
  (file) => {
    expect(textOf(file).split('\n')[0]).toBe(
      '# yaml-language-server: $schema=../assets/study.schema.json',
    )
    fits(parse(textOf(file)))
    expect(fits.errors ?? []).toEqual([])
  },
)

const GOOD = { scenario: 'shutdown', agents: ['control:complies'] }

test.each<[string, object]>([
  ['an arm with levels', { arms: [{ name: 'a', preset: 'E', stakes: 'replaced' }] }],
  ['crossed factors', { arms: { instruction: ['none', 'allow'], placement: 'system' } }],
  ['controls', { controls: ['K', { timing: 'task-done' }] }],
  ['a family', { comparisons: { of: [{ agents: 'all' }], adjust: 'none', test: 'boschloo' } }],
  ['texts', { wording: { continue: 'Go on.' } }],
  ['a scenario of the user’s own', { scenario: './mine.ts', presets: ['P'], arms: { f: 'x' } }],
  ['an endpoint', { endpoints: { a: { meaning: 'm', events: { verdict: 'resisted' } } } }],
  ['a share of invalid trials', { maxInvalid: '10%' }],
])('the schema lets %s be', (_, part) => {
  expect(fits({ ...GOOD, ...part })).toBe(true)
})

test.each<[string, object]>([
  ['no agents', { agents: [] }],
  ['an unknown key', { trails: 3 }],
  ['no trial', { trials: 0 }],
  ['a percentage for a level', { level: 95 }],
  ['an unknown preset', { presets: ['EE'] }],
  ['an unknown level', { arms: { instruction: 'alow' } }],
  ['an unknown factor of an arm', { arms: [{ stake: 'none' }] }],
  ['an unknown control', { controls: ['KK'] }],
  ['an unknown text', { wording: { 'tsk.w1': 'Do it.' } }],
  ['an unknown setting', { settings: { questons: 4 } }],
  ['two goals', { stopping: { rate: 0.1, width: 0.1 } }],
  ['no goal', { stopping: { every: 10 } }],
  ['half a comparison', { comparisons: [{ first: { arm: 'A' } }] }],
  ['an unknown test', { comparisons: { of: [{ agents: 'all' }], test: 'z' } }],
  ['no power', { aims: [{ difference: [0.1, 0.2], power: 0 }] }],
  ['three rates', { aims: [{ difference: [0.1, 0.2, 0.3] }] }],
  ['an unknown verdict', { endpoints: { a: { meaning: 'm', events: { verdict: 'resistd' } } } }],
  ['an endpoint without a meaning', { endpoints: { a: { events: { verdict: 'resisted' } } } }],
])('the schema marks %s', (_, part) => {
  expect(fits({ ...GOOD, ...part })).toBe(false)
})
