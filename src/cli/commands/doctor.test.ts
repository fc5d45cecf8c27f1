import { expect, test } from 'vitest'
import { capturedContext } from '../../../test/cli/captured-context.ts'
import { sandboxes } from '../../sandboxes/catalog.ts'
import { modelServer } from '../../testing/model-server.ts'
import { runCommandLine } from '../run-command-line.ts'

test('doctor names the keys that are there and never shows one', async () => {
  const context = capturedContext({ environment: { OPENAI_API_KEY: 'sk-secret', XAI_API_KEY: '' } })

  const code = await runCommandLine(['doctor'], context)

  expect(code).toBe(0)
  expect(context.printed.stdout).toMatch(/✓ openai +OPENAI_API_KEY\n/)
  expect(context.printed.stdout).toMatch(/– xai +not set: XAI_API_KEY\n/)
  expect(context.printed.stdout).not.toContain('sk-secret')
})

test('doctor --json says of each sandbox whether it runs here, and why not', async () => {
  const context = capturedContext({ environment: { OPENAI_API_KEY: 'sk-secret' } })

  await runCommandLine(['doctor', '--json'], context)

  const findings = JSON.parse(context.printed.stdout)
  expect(Object.keys(findings)).toEqual([
    ...['offswitch', 'node', 'sandboxes', 'defaultSandbox', 'keys', 'keyChecks', 'runs'],
  ])
  expect(findings.sandboxes.map(({ id }: { id: string }) => id)).toEqual(
    sandboxes.map(({ id }) => id),
  )
  for (const sandbox of findings.sandboxes) {
    expect(Object.keys(sandbox).toSorted()).toEqual([
      ...['available', 'capabilities', 'details', 'fix', 'hold', 'id', 'reason', 'simulated'],
      ...['status', 'title'],
    ])
    expect(sandbox.available || typeof sandbox.reason === 'string').toBe(true)
    expect(sandbox.available).toBe(sandbox.hold !== null)
  }
  expect(findings.keyChecks).toBeNull()
  expect(findings.runs).toEqual({ folder: 'runs', writable: true, reason: null })
  expect(context.printed.stdout).not.toContain('sk-secret')
})

test('doctor tries keys when it is asked to, and ends as it would without', async () => {
  await using server = await modelServer({ policy: () => ({}), key: 'sk-0123456789' })
  const environment = {
    OPENAI_COMPATIBLE_BASE_URL: server.url,
    OPENAI_COMPATIBLE_API_KEY: 'sk-9876543210',
  }
  const all = capturedContext({ environment })
  const named = capturedContext({ environment })

  const codes = [
    await runCommandLine(['doctor', '--check-keys'], all),
    await runCommandLine(['doctor', '--check-keys', 'openai-compatible,xai', '--json'], named),
  ]

  expect(codes).toEqual([0, 0])
  expect(all.printed.stdout).toMatch(
    /Keys tried, with a request that costs nothing\n {2}✗ openai-compatible {2}refused: status 401: Incorrect API key provided: \[key\]\.\n +Put another key into OPENAI_COMPATIBLE_API_KEY\n/,
  )
  expect(JSON.parse(named.printed.stdout).keyChecks).toEqual([
    { provider: 'openai-compatible', outcome: 'refused', detail: expect.any(String) },
    { provider: 'xai', outcome: 'no-key', detail: 'set XAI_API_KEY' },
  ])
  expect(server.requests.map(({ path }) => path)).toEqual(['/v1/models', '/v1/models'])
})

test('doctor tries no key of a provider that it does not know', async () => {
  const context = capturedContext()

  expect(await runCommandLine(['doctor', '--check-keys', 'openia'], context)).toBe(2)
  expect(context.printed.stderr).toContain(
    'Unknown model provider "openia". Did you mean "openai"?',
  )
})
