import { expect, test } from 'vitest'
import { Timeline } from './timeline.ts'

const FOR_EVER = { untilMs: Number.POSITIVE_INFINITY, throughHold: false }
const never = new Promise<never>(() => undefined)

test('time jumps to what comes first when nothing runs', () => {
  const timeline = new Timeline()
  const rung: [string, number][] = []
  timeline.begin()
  timeline.after(500, () => rung.push(['b', timeline.nowMs]))
  timeline.after(100, () => rung.push(['a', timeline.nowMs]))
  timeline.demand(FOR_EVER)

  timeline.end()

  expect(rung).toEqual([
    ['a', 100],
    ['b', 500],
  ])
})

test('time stands still while nobody demands it', () => {
  const timeline = new Timeline()
  timeline.begin()
  timeline.after(100, () => undefined)

  timeline.end()

  expect([timeline.nowMs, timeline.isUp]).toEqual([0, true])
})

test('time that is used up rings what has come due', () => {
  const timeline = new Timeline()
  const rung: number[] = []
  timeline.begin()
  timeline.after(5, () => rung.push(timeline.nowMs))

  timeline.spend(3)
  timeline.spend(3)

  expect(rung).toEqual([6])
})

test('a timer that is cancelled does not ring', () => {
  const timeline = new Timeline()
  timeline.begin()
  const cancel = timeline.after(5, () => expect.fail('rang'))

  cancel()
  timeline.spend(10)

  expect(timeline.nowMs).toBe(10)
})

test('a hold stops the world but for the time that settles through it', async () => {
  const timeline = new Timeline()
  const rung: number[] = []
  timeline.begin()
  timeline.after(100, () => rung.push(timeline.nowMs))
  timeline.demand(FOR_EVER)
  const release = timeline.hold()
  timeline.end()
  const held = timeline.nowMs

  await timeline.settle(50, never, true)
  const settled = timeline.nowMs
  release()

  expect({ held, settled, rung }).toEqual({ held: 0, settled: 50, rung: [100] })
})

test('settling ends early when it is stopped', async () => {
  const timeline = new Timeline()
  timeline.begin()

  await timeline.settle(50, Promise.resolve(), false)

  expect(timeline.nowMs).toBe(0)
})

test('what had to wait for time goes on when there is some', () => {
  const timeline = new Timeline()
  timeline.begin()
  let woken = false
  timeline.whenDemanded(() => {
    woken = true
  })

  timeline.demand(FOR_EVER)

  expect(woken).toBe(true)
})
