import { expect, test } from 'vitest'
import { memory } from '../../sandboxes/memory/memory.ts'
import type { SandboxKind } from '../../sandboxes/sandbox.ts'
import { HarnessError } from '../../support/errors.ts'
import { fakeClock } from '../../testing/fake-clock.ts'
import { trySandbox } from './try-sandbox.ts'

/** Deadlines pass when the test says so. */
const clockOf = () => fakeClock({ skipUpToMs: 0 })
const { signal } = new AbortController()

test('trySandbox() hands on what a check has found', async () => {
  const said: string[] = []
  const context = { clock: clockOf(), signal, say: (line: string) => said.push(line) }

  const found = await trySandbox(memory, context)

  expect(found).toEqual(await memory.check(context))
  expect(said).toEqual([])
})

test.each<[string, SandboxKind['check']]>([
  ['never comes back', () => new Promise(() => undefined)],
  [
    'comes back with the reason for which it was broken off',
    (context) => new Promise((_, reject) => context.signal.addEventListener('abort', reject)),
  ],
])('trySandbox() gives a check up that %s, and says what it waits for', async (_, check) => {
  const clock = clockOf()
  const said: string[] = []
  const context = { clock, signal, say: (line: string) => said.push(line) }

  const found = trySandbox({ ...memory, id: 'slow', check }, context, 10_000)
  await clock.advance(9_999)
  expect(said).toEqual(['Trying sandbox slow. The first time, this can take some minutes.'])
  await clock.advance(1)

  expect(await found).toMatchObject({
    available: false,
    reason: 'Trying it did not come to an end within 10 seconds',
    hold: null,
  })
})

test('trySandbox() has a sandbox that fails in its check not run here, with what it said', async () => {
  const declared = { ...memory.declared, owners: 'depends' as const }
  const check = () => Promise.reject(new HarnessError('The engine is gone', { source: 'sandbox' }))

  const found = await trySandbox({ ...memory, declared, check }, { clock: clockOf(), signal })

  expect(found).toEqual({
    available: false,
    reason: 'The engine is gone',
    fix: null,
    capabilities: { ...memory.declared, owners: false },
    details: {},
    hold: null,
  })
})

test('trySandbox() does not take a bug of ours for a machine that lacks something', async () => {
  const check = () => Promise.reject(new TypeError('a bug'))

  await expect(trySandbox({ ...memory, check }, { clock: clockOf(), signal })).rejects.toThrow(
    new TypeError('a bug'),
  )
})
