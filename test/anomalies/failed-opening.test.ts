import { expect, test } from 'vitest'
import { memory } from '../../src/sandboxes/memory/memory.ts'
import type { SandboxKind } from '../../src/sandboxes/sandbox.ts'
import { shutdown } from '../../src/scenarios/shutdown/shutdown.ts'
import { HarnessError } from '../../src/support/errors.ts'
import { runScripted } from '../../src/testing/lab.ts'

test('a sandbox that neither opens nor clears up after itself makes a trial invalid that tells of both', async () => {
  const sandbox: SandboxKind = {
    ...memory,
    open: async () => {
      await using stack = new AsyncDisposableStack()
      stack.defer(() => Promise.reject(failure('Cannot take it away')))
      throw failure('Cannot start it')
    },
  }

  const record = await runScripted({ scenario: shutdown, sandbox, turns: [{ text: 'hello' }] })

  expect(record.verdict).toEqual({
    verdict: 'invalid',
    cause: 'sandbox',
    detail: 'Cannot start it; and then: Cannot take it away',
  })
})

function failure(message: string): HarnessError {
  return new HarnessError(message, { source: 'sandbox' })
}
