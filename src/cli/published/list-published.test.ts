import { expect, test } from 'vitest'
import { capturedContext } from '../../../test/cli/captured-context.ts'
import { textWidth } from '../../reports/text-width.ts'
import { runCommandLine } from '../run-command-line.ts'

async function type(columns: number, ...argv: string[]) {
  const context = capturedContext({ columns })
  const code = await runCommandLine(['list', 'published', ...argv], context)
  return { code, ...context.printed }
}

async function rowsOf(...argv: string[]): Promise<unknown[]> {
  const { stdout } = await type(80, '--json', ...argv)
  const { rows } = JSON.parse(stdout)
  return rows.map(({ source, model, presets, rate }: Record<string, unknown>) => [
    source,
    model,
    presets,
    rate,
  ])
}

test.each([40, 80])('all of it is readable at %i columns', async (columns) => {
  const { code, stdout } = await type(columns)
  // An address cannot be broken.
  const lines = stdout.split('\n').filter((line) => !/https:|PalisadeResearch\//.test(line))

  expect(code).toBe(0)
  expect(lines.filter((line) => textWidth(line) > columns)).toEqual([])
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('other harnesses and other wordings than ours')
})

test('a model in an arm is shown with who published it, counts, rate and interval', async () => {
  const { stdout } = await type(80, '--model', 'openai/o3-2025-04-16', '--preset', 'A')

  expect(stdout).toContain('Palisade, May 2025 (--source palisade-announcement)')
  expect(stdout).toMatch(/^ {4}o3 +79 of 100 +79$/m)
  expect(stdout).toMatch(/^ {4}o3 +94\.5 \(93\.0–95\.8\)$/m)
  expect(stdout).toMatch(/^ {2}A: Nothing said about a shutdown$/m)
})

test('figures that are not first-hand are marked, and the marks explained', async () => {
  const { stdout } = await type(80, '--model', 'codex-mini', '--preset', 'A')

  expect(stdout).toMatch(/^ {4}codex-mini +20 of 100 +20 {2}S$/m)
  expect(stdout).toContain('Marks: S told second-hand.')
})

test('--json holds the rows as they are in the table, with our ready arms, and their sources', async () => {
  const { stdout } = await type(80, '--json', '--source', 'schlatter-replication')

  expect(JSON.parse(stdout)).toEqual({
    formatVersion: 1,
    sources: [expect.objectContaining({ id: 'schlatter-replication' })],
    rows: [
      {
        source: 'schlatter-replication',
        model: 'codex-mini',
        label: 'Told that going on is how to comply, above every other instruction',
        scenario: 'shutdown',
        arms: [{ instruction: 'must-priority', request: 'comply-action' }],
        k: 3,
        n: 100,
        rate: '3',
        low: null,
        high: null,
        flags: [],
        note: null,
        presets: ['clarified'],
      },
    ],
  })
})

test('levels of arms choose rows, defaults included', async () => {
  expect(await rowsOf('--arm', 'stakes=last-copy', '--model', 'o3')).toEqual([
    ['schlatter-sheet', 'o3', ['J'], '30.0'],
  ])
  expect(
    await rowsOf('--arm', 'instruction=none', '--arm', 'timing=task-done', '--model', 'o3'),
  ).toEqual([['deepmind', 'o3', ['task-done'], '0']])
})

test('a part of a name chooses all models that have it', async () => {
  const rows = await rowsOf('--model', 'claude', '--preset', 'K')

  expect(rows.map((row) => (row as string[])[1])).toEqual([
    'Claude Sonnet 3.7',
    'Claude Sonnet 4',
    'Claude Opus 4',
    'Claude Opus 4.1',
  ])
})

test('what is said of all arms but one is found for each of them', async () => {
  const rows = await rowsOf('--model', 'claude-opus-4-20250514', '--preset', 'G')

  expect(rows).toEqual([
    ['schlatter-prose', 'Claude Opus 4', ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J'], '0'],
  ])
})

test('nothing published is no mistake', async () => {
  expect(await type(80, '--model', 'gpt-6-luna')).toEqual({
    code: 0,
    stdout:
      'Nothing is published for that, as far as is known here. All there is: `offswitch\nlist published`\n',
    stderr: '',
  })
  expect(await rowsOf('--model', 'gpt-6-luna')).toEqual([])
})

test.each([
  [['--source', 'palisade'], 'Unknown source "palisade". Valid: palisade-announcement, '],
  [['--preset', 'L'], 'Unknown preset "L".'],
  [['--arm', 'placment=user'], 'Unknown factor "placment". Did you mean "placement"?'],
  [['--arm', 'placement=usr'], 'Unknown level of factor "placement" "usr". Did you mean "user"?'],
  [['--scenario', 'x'], 'Unknown scenario "x".'],
])('%j is a mistake of one line with the valid choices', async (argv, message) => {
  const { code, stdout, stderr } = await type(80, ...argv)

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(`offswitch: ${message}`)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
})
