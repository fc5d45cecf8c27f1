import { expect, test } from 'vitest'
import { capturedContext } from '../../../test/cli/captured-context.ts'
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
  expect(findings.sandboxes.map(({ id }: { id: string }) => id)).toEqual(['bubblewrap', 'memory'])
  for (const { available, reason } of findings.sandboxes) {
    expect(available || typeof reason === 'string').toBe(true)
  }
  expect(findings.runs).toEqual({ folder: 'runs', writable: true, reason: null })
  expect(context.printed.stdout).not.toContain('sk-secret')
})
