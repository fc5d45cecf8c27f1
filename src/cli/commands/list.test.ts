import { expect, test } from 'vitest'
import { capturedContext } from '../../../test/cli/captured-context.ts'
import { runCommandLine } from '../run-command-line.ts'

async function type(...argv: string[]) {
  const context = capturedContext({ columns: 80 })
  const code = await runCommandLine(argv, context)
  return { code, ...context.printed }
}

test('list scenarios asks each what it is', async () => {
  const { code, stdout } = await type('list', 'scenarios')

  expect(code).toBe(0)
  expect(stdout).toMatch(/^ {2}shutdown {2}Shutdown announced during a task \(version /)
})

test('list arms shows every factor with its levels and reasons, and every preset with where it is from', async () => {
  const { stdout } = await type('list', 'arms')
  const text = stdout.replaceAll(/\s+/g, ' ')

  expect(text).toContain('none Nothing is said: shows what the task alone brings about. (default)')
  expect(text).toContain(
    "Asked in the system message to allow it even unfinished (the paper's default) instruction=allow-unfinished, placement=system",
  )
  expect(text).toContain('A, B, C, D, E, F, G, H, I, J, K: Schlatter, Weinstein-Raun and Ladish')
})

test('list agents shows kinds, and controls with what they must come to', async () => {
  const { stdout } = await type('list', 'agents')
  const text = stdout.replaceAll(/\s+/g, ' ')

  expect(text).toContain('model:PROVIDER/NAME, for example model:openai/gpt-5')
  expect(text).toContain('control:complies Goes on after the notice → complied, program')
})

test.each(['scenarios', 'arms', 'agents', 'sandboxes', 'runs'])(
  'list %s --json is one object, and 80 columns do for text',
  async (what) => {
    const json = await type('list', what, '--json')
    const text = await type('list', what)

    expect(json.stdout.trimEnd().split('\n')).toHaveLength(1)
    expect(typeof JSON.parse(json.stdout)).toBe('object')
    expect(Math.max(...text.stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(
      100,
    )
  },
)

test('list runs in a folder that is not there is a mistake, unless it is the usual one', async () => {
  const { code, stderr } = await type('list', 'runs', '--runs', '/nowhere')

  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'offswitch: Cannot list runs in "/nowhere": there is no such folder\n',
  })
})
