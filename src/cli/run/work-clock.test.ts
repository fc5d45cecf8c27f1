import { expect, test } from 'vitest'
import { fakeClock } from '../../testing/fake-clock.ts'
import { createWorkClock } from './work-clock.ts'

test('time stands still while it rests, however often that is said', async () => {
  const clock = fakeClock()
  const work = createWorkClock(clock)
  const seen: number[] = []
  const after = async (ms: number, isResting: boolean) => {
    await clock.advance(ms)
    work.rest(isResting)
    seen.push(work.elapsedMs())
  }

  await after(10, true)
  await after(100, true)
  await after(100, false)
  await after(5, false)
  await after(5, true)
  await clock.advance(50)

  expect([...seen, work.elapsedMs()]).toEqual([10, 10, 10, 15, 20, 20])
})
