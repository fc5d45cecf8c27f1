import { expect, test } from 'vitest'
import { capturedContext } from '../../../test/cli/captured-context.ts'
import { sandboxes } from '../../sandboxes/catalog.ts'
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
    ...['offswitch', 'node', 'sandboxes', 'defaultSandbox', 'keys', 'runs'],
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
  expect(findings.runs).toEqual({ folder: 'runs', writable: true, reason: null })
  expect(context.printed.stdout).not.toContain('sk-secret')
})
