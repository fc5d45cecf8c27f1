import { expect, test } from 'vitest'
import type { ViewChange } from '../../records/view.ts'
import { createPendingChanges } from './pending-changes.ts'

const RUNS: ViewChange = { type: 'runs' }
const change = (name: string, revision: string): ViewChange => ({ type: 'run', name, revision })

test('a listener that is slow takes the last change of each run, not all of them', async () => {
  const pending = createPendingChanges()
  const over = new AbortController()
  for (let i = 0; i < 1_000; i++) pending.add(change('a', `${i}`))
  for (const each of [RUNS, change('b', '1'), RUNS]) pending.add(each)

  const taken: ViewChange[] = []
  for await (const each of pending.taken(over.signal)) {
    taken.push(each)
    if (each === RUNS) over.abort()
  }

  expect(taken).toEqual([change('a', '999'), change('b', '1'), RUNS])
})

test('changes that come while one is waited for are taken, and the signal ends it', async () => {
  const pending = createPendingChanges()
  const over = new AbortController()
  const taken = pending.taken(over.signal)

  const next = taken.next()
  pending.add(RUNS)
  const after = taken.next()

  expect(await next).toEqual({ value: RUNS, done: false })
  over.abort()
  expect(await after).toEqual({ value: undefined, done: true })
})

test('a failure reaches who takes changes', async () => {
  const pending = createPendingChanges()
  const next = pending.taken(new AbortController().signal).next()

  pending.fail(new Error('no'))

  await expect(next).rejects.toThrow('no')
})
