import { expect, test } from 'vitest'
import { memory } from '../../sandboxes/memory/memory.ts'
import type { Availability, DeclaredCapabilities } from '../../sandboxes/sandbox.ts'
import { systemClock } from '../../support/clock.ts'
import { examineSandboxes } from './examine-sandboxes.ts'

const context = { clock: systemClock(), signal: new AbortController().signal }
const found = await memory.check(context)

test.each<[string, Partial<DeclaredCapabilities>, Partial<Availability>]>([
  ['works', {}, {}],
  ['works', { tracing: false }, {}],
  ['works-with-limits', { tracing: 'depends' }, {}],
  ['works-with-limits', {}, { reason: 'memory is bounded for each process' }],
  ['does-not-run', {}, { available: false, reason: 'Not installed', hold: null }],
])('a sandbox %s that declares %j and is found to be %j', async (status, declared, here) => {
  const kind = {
    ...memory,
    declared: { ...memory.declared, ...declared },
    check: async () => ({ ...found, ...here }),
  }

  const [finding] = await examineSandboxes([{ load: async () => kind }], context)

  const { id, title, simulated } = memory
  expect(finding).toEqual({ id, title, simulated, status, ...found, ...here })
})
