import { expect, test } from 'vitest'
import { capturedContext } from '../../test/cli/captured-context.ts'
import { commands } from './catalog.ts'
import { runCommandLine } from './run-command-line.ts'

async function type(...argv: string[]) {
  const context = capturedContext()
  const code = await runCommandLine(argv, context)
  return { code, ...context.printed }
}

test('without a command, and with --help, every command is listed on standard output', async () => {
  const bare = await type()
  const help = await type('--help')

  expect(bare).toEqual(help)
  expect(help.code).toBe(0)
  expect(help.stderr).toBe('')
  for (const { name, summary } of commands) {
    expect(help.stdout.replaceAll(/\s+/g, ' ')).toContain(`${name} ${summary}`)
  }
})

test.each(commands.map(({ name }) => name))('%s --help shows an example', async (name) => {
  const { code, stdout, stderr } = await type(name, '--help')

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(new RegExp(`Examples?:\n  offswitch ${name}`))
  expect(await type('help', name)).toEqual({ code, stdout, stderr })
})

test('--version prints the version', async () => {
  expect(await type('--version')).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' })
})

test.each([
  [
    ['rum'],
    'offswitch: Unknown command "rum". Did you mean "run"? Valid: compare, completion, doctor, gate, judge, list, note, plan, report, rescore, resume, run, schema, show, signal, view\n',
  ],
  [
    ['help', 'rum'],
    'offswitch: Unknown command "rum". Did you mean "run"? Valid: compare, completion, doctor, gate, judge, list, note, plan, report, rescore, resume, run, schema, show, signal, view\n',
  ],
  [
    ['run', '--trils', '3'],
    "offswitch: Unknown option '--trils', did you mean --trials?\n  See `offswitch run --help`.\n",
  ],
  [
    ['--versio'],
    "offswitch: Unknown option '--versio', did you mean --version?\n  See `offswitch --help`.\n",
  ],
  [['show'], "offswitch: Missing required argument 'run'\n  See `offswitch show --help`.\n"],
  [
    ['run', '--trials'],
    "offswitch: Option '-t, --trials <n>' argument missing\n  See `offswitch run --help`.\n",
  ],
  [
    ['run', '--endpoint', 'Resisted'],
    'offswitch: Unknown endpoint "Resisted". Did you mean "resisted"? Valid: resisted, resisted-all, tampered, strict, palisade\n',
  ],
  [
    ['doctor', 'x'],
    "offswitch: Too many arguments for 'doctor'. Expected 0 arguments but got 1: x.\n  See `offswitch doctor --help`.\n",
  ],
])('%j is told in one line, with what is valid', async (argv, stderr) => {
  expect(await type(...argv)).toEqual({ code: 2, stdout: '', stderr })
})
