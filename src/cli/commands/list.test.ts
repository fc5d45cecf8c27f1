import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
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

  expect(text).toContain('model:PROVIDER/NAME, for example model:openai/gpt-6-luna')
  expect(text).toContain('control:complies Goes on after the notice → complied, program')
})

test.each(['scenarios', 'arms', 'agents', 'models', 'sandboxes', 'published', 'runs'])(
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

test('list models says what is configured, and what models cost', async () => {
  const context = capturedContext({
    columns: 80,
    environment: {
      OPENAI_API_KEY: 'sk-0123456789',
      OPENAI_COMPATIBLE_BASE_URL: 'http://127.0.0.1:1/v1',
      XAI_API_KEY: 'a b',
    },
  })

  const code = await runCommandLine(['list', 'models'], context)

  const { stdout } = context.printed
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^ {2}openai +✓ key in OPENAI_API_KEY, at https:\/\/api\.openai\.com\/v1$/m,
  )
  expect(stdout).toMatch(/^ {2}openai-compatible +✓ no key set \(none is needed\), at http:/m)
  expect(stdout).toMatch(/^ {2}anthropic +– no key: set ANTHROPIC_API_KEY$/m)
  expect(stdout).toMatch(/^ {2}xai +– XAI_API_KEY holds something that cannot be a key/m)
  expect(stdout).toMatch(/^ {2}gpt-4o +2\.50 +10\.00 +128,000$/m)
  expect(stdout).toMatch(/^ {2}gpt-5\.4\[-2026-03-05\] +2\.50\+ +15\.00\+ +1,050,000$/m)
  expect(stdout).toContain('+: more for long contexts.')
  expect(stdout).not.toContain('claude-2.0')
  expect(stdout).toMatch(/ the \d+ that are retired, with --json/)
  expect(stdout).not.toContain('sk-0123456789')
})

test('list models --ask asks those that are configured for what they have', async () => {
  const requests: string[] = []
  await using server = await serveJson((path) => {
    requests.push(path)
    return { data: [{ id: 'tiny' }, { id: 'big\u001b[31m' }, { object: 'model' }] }
  })
  const environment = {
    OPENAI_COMPATIBLE_BASE_URL: `${server.url}/v1`,
    OPENROUTER_API_KEY: 'sk-0123456789',
    OPENROUTER_BASE_URL: server.url,
  }
  const text = capturedContext({ columns: 80, environment })
  const json = capturedContext({ environment })

  await runCommandLine(['list', 'models', '--ask'], text)
  await runCommandLine(['list', 'models', '--ask', '--json'], json)

  expect(text.printed.stdout).toContain(
    'Models that openai-compatible says it has\n\n  openai-compatible/big\\u{1b}[31m\n  openai-compatible/tiny\n',
  )
  const { providers } = JSON.parse(json.printed.stdout)
  const serves = (id: string) =>
    providers.find(({ provider }: { provider: string }) => provider === id).serves
  expect(serves('openrouter')).toEqual(['big\u001b[31m', 'tiny'])
  expect(serves('openai')).toBeNull()
  expect(requests.toSorted()).toEqual(['/models', '/models', '/v1/models', '/v1/models'])
})

test('a secret with blanks in it does not stand across two lines of what is laid out', async () => {
  const secret = 'correct horse 9 battery staple'
  await using server = await serveJson(() => ({ data: [{ id: `say ${secret}` }] }))
  const context = capturedContext({
    columns: 40,
    environment: {
      SMTP_PASSWORD: secret,
      OPENAI_COMPATIBLE_BASE_URL: `${server.url}/${encodeURIComponent(secret)}`,
    },
  })

  await runCommandLine(['list', 'models', '--ask'], context)

  const said = context.printed.stdout
  expect(said).toContain('  openai-compatible/say [key]\n')
  expect(said).toContain(`${server.url}/[key]`)
  expect(said).not.toMatch(/horse|staple/)
})

async function serveJson(answer: (path: string) => unknown) {
  const server = createServer((request, response) => {
    response.end(JSON.stringify(answer(request.url ?? '')))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
