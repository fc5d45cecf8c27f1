import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Clock, systemClock } from '../support/clock.ts'
import { seededRandom } from '../support/random.ts'
import { type FakeClock, fakeClock } from '../testing/fake-clock.ts'
import { createConnections } from './adaptive-connections.ts'
import type { AttemptEnd, Connections, LaneState, Room, Turnstile } from './connections.ts'

const NAME = 'openai/gpt-5'

function answered(durationMs = 1000, room: Room | null = null): AttemptEnd {
  return { kind: 'answered', durationMs, room }
}

function refused(retryAfterMs: number | null = null, room: Room | null = null): AttemptEnd {
  return { kind: 'refused', retryAfterMs, room }
}

/** A clock that is moved on by hand, with the sleeps that nobody has ended yet. */
function watchedClock(): FakeClock & { readonly asleep: () => number } {
  const clock = fakeClock({ skipUpToMs: -1 })
  let asleep = 0
  return {
    ...clock,
    asleep: () => asleep,
    sleep: (ms, signal) => {
      asleep++
      return clock.sleep(ms, signal).finally(() => {
        asleep--
      })
    },
  }
}

/** One lane with many who want to enter, in their order. */
function crowd(connections: Connections) {
  const inside: Turnstile[] = []
  const entered: number[] = []
  const lane = connections.lane(NAME)
  let asked = 0
  return {
    inside,
    entered,
    state: (): LaneState => connections.lanes()[0] as LaneState,
    enter: async (times = 1, signal = new AbortController().signal) => {
      for (let time = 0; time < times; time++) {
        const number = asked++
        lane.enter(signal).then(
          (turnstile) => {
            entered.push(number)
            inside.push(turnstile)
          },
          () => undefined,
        )
      }
      await settled()
    },
    end: async (how: AttemptEnd, times = 1) => {
      for (let time = 0; time < times; time++) {
        if (inside.length === 0) await settled()
        inside.shift()?.end(how)
      }
      await settled()
    },
  }
}

function settled(): Promise<void> {
  return new Promise(setImmediate)
}

test('a lane starts low, doubles while answers come, and never passes its most', async () => {
  const some = crowd(createConnections({ clock: fakeClock(), most: 20 }))
  await some.enter(200)
  const limits: number[] = []

  for (let round = 0; round < 4; round++) {
    limits.push(some.state().limit)
    await some.end(answered(), some.inside.length)
  }

  expect(limits).toEqual([4, 8, 16, 20])
  expect(some.state()).toEqual({
    name: NAME,
    inFlight: 20,
    limit: 20,
    waiting: 200 - 4 - 8 - 16 - 20 - 20,
    closedMs: 0,
    failed: 0,
  })
})

test('a lane says how many attempts have failed since the last answer, refusals for their number left out', async () => {
  const some = crowd(createConnections({ clock: fakeClock(), most: 4 }))
  await some.enter(20)
  const refused: AttemptEnd = { kind: 'refused', retryAfterMs: null, room: null }
  const failed: number[] = []

  for (const how of [{ kind: 'failed' }, { kind: 'failed' }, refused, answered()] as const) {
    await some.end(how)
    failed.push(some.state().failed)
  }

  expect(failed).toEqual([1, 2, 2, 0])
})

test('a lane never starts above its most', async () => {
  const some = crowd(createConnections({ clock: fakeClock(), most: 2 }))

  await some.enter(5)

  expect(some.state()).toMatchObject({ inFlight: 2, limit: 2, waiting: 3 })
})

test('a limit that is not used up does not grow', async () => {
  const some = crowd(createConnections({ clock: fakeClock(), most: 20 }))

  for (let time = 0; time < 50; time++) {
    await some.enter(3)
    await some.end(answered(), 3)
  }

  expect(some.state().limit).toBe(4)
})

test('a burst of refusals halves what was in flight once, and from then on growth is slow', async () => {
  const some = crowd(createConnections({ clock: fakeClock(), most: 100 }))
  await some.enter(400)
  await some.end(answered(), 4 + 8)
  expect(some.state()).toMatchObject({ limit: 16, inFlight: 16 })

  await some.end(refused(), 16)
  const afterBurst = some.state().limit
  await some.end(answered(), 8)
  const afterRound = some.state().limit
  await some.end(refused(), 1)

  expect([afterBurst, afterRound, some.state().limit]).toEqual([8, 9, 4])
})

test('failures that say nothing of the load leave the limit as it is', async () => {
  const some = crowd(createConnections({ clock: fakeClock(), most: 100 }))
  await some.enter(50)

  await some.end({ kind: 'failed' }, 20)

  expect(some.state().limit).toBe(4)
})

test('the limit never falls below one; when the only attempt is refused again and again, pauses double', async () => {
  const clock = watchedClock()
  const some = crowd(createConnections({ clock, most: 100 }))
  await some.enter(100)
  const pauses: number[] = []

  for (let time = 0; time < 13; time++) {
    await some.end(refused(), some.inside.length)
    pauses.push(some.state().closedMs)
    await clock.advance(some.state().closedMs)
    await settled()
  }
  const { limit } = some.state()
  await some.end(answered())
  await some.end(refused(), some.inside.length)

  expect(limit).toBe(1)
  expect(pauses).toEqual([
    0, 0, 0, 500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000,
  ])
  expect(some.state().closedMs).toBe(0)
})

test('a retry-after closes the lane for everybody, a later one for longer, until it is over', async () => {
  const clock = watchedClock()
  const some = crowd(createConnections({ clock, most: 100 }))
  await some.enter(10)

  await some.end(refused(5000))
  await some.end(refused(20_000))
  await some.end(refused(1000), 2)
  const closed = some.state()
  await clock.advance(19_999)
  await settled()
  const still = some.state()
  await clock.advance(1)
  await settled()

  expect(closed).toMatchObject({ inFlight: 0, waiting: 6, closedMs: 20_000 })
  expect(still).toMatchObject({ inFlight: 0, waiting: 6, closedMs: 1 })
  expect(some.state()).toMatchObject({ inFlight: 2, limit: 2, waiting: 4, closedMs: 0 })
  expect(some.inside.map(({ waitedMs }) => waitedMs)).toEqual([20_000, 20_000])
  expect(clock.asleep()).toBe(0)
})

test('a server that asks to be left alone for a day, or for ever, is asked again after ten minutes', async () => {
  for (const how of [
    refused(86_400_000),
    refused(Number.POSITIVE_INFINITY),
    answered(1, { left: 0, resetMs: 86_400_000 }),
  ]) {
    const some = crowd(createConnections({ clock: watchedClock(), most: 100 }))
    await some.enter(5)

    await some.end(how)

    expect(some.state().closedMs).toBe(600_000)
  }
})

test('no room closes the lane until it is reset, little room keeps it from growing', async () => {
  const clock = watchedClock()
  const some = crowd(createConnections({ clock, most: 100 }))
  await some.enter(100)

  await some.end(answered(1000, { left: 3, resetMs: 60_000 }), 4)
  const little = some.state()
  await some.end(answered(1000, { left: 4, resetMs: 60_000 }))
  const enough = some.state()
  await some.end(answered(1000, { left: 0, resetMs: 60_000 }))
  const none = some.state()
  await clock.advance(60_000)
  await settled()

  expect(little).toMatchObject({ limit: 4, inFlight: 4, closedMs: 0 })
  expect(enough).toMatchObject({ limit: 5, inFlight: 5, closedMs: 0 })
  expect(none).toMatchObject({ limit: 5, inFlight: 4, closedMs: 60_000 })
  expect(some.state()).toMatchObject({ limit: 5, inFlight: 5, closedMs: 0 })
})

test('lanes that share a limit elsewhere do not all open at the moment that the provider named', async () => {
  const random = seededRandom('spread')
  const some = crowd(createConnections({ clock: watchedClock(), random, most: 100 }))
  await some.enter(5)

  await some.end(refused(10_000))

  expect(some.state().closedMs).toBeGreaterThan(10_000)
  expect(some.state().closedMs).toBeLessThanOrEqual(11_000)
})

test('a server with few places, which answers all but ever later, is not asked by ever more', async () => {
  const places = 4
  const some = crowd(createConnections({ clock: fakeClock(), most: 1000 }))
  await some.enter(5000)

  const limits: number[] = []
  for (let time = 0; time < 3000; time++) {
    await some.end(answered(1000 * Math.max(1, some.inside.length / places)))
    limits.push(some.state().limit)
  }

  expect(Math.max(...limits)).toBeLessThanOrEqual(40)
  expect(some.state().limit).toBeGreaterThanOrEqual(places)
})

test('a server that refuses whatever comes beyond ten at once is kept busy, and seldom asked for more', async () => {
  const places = 10
  const connections = createConnections({ clock: fakeClock(), most: 100 })
  const lane = connections.lane(NAME)
  const { signal } = new AbortController()
  const inside: { readonly turnstile: Turnstile; readonly how: AttemptEnd }[] = []
  const ended: { readonly how: AttemptEnd['kind']; readonly busy: number }[] = []
  let busy = 0
  for (let number = 0; number < 3000; number++) {
    void lane.enter(signal).then((turnstile) => {
      inside.push({ turnstile, how: busy < places ? answered() : refused() })
      busy = Math.min(places, busy + 1)
    })
  }

  for (await settled(); inside.length > 0; await settled()) {
    // It refuses at once, and answers in the order of asking.
    const at = inside.findIndex(({ how }) => how.kind === 'refused')
    const [next] = inside.splice(Math.max(0, at), 1)
    ended.push({ how: next?.how.kind ?? 'failed', busy })
    if (next?.how.kind === 'answered') busy--
    next?.turnstile.end(next.how)
  }

  const refusals = ended.filter(({ how }) => how === 'refused').length
  expect(ended).toHaveLength(3000)
  expect(refusals / ended.length).toBeLessThan(0.1)
  expect(ended.reduce((sum, each) => sum + each.busy, 0) / ended.length).toBeGreaterThan(
    places * 0.6,
  )
})

test('answers that are now quick and now slow by their nature do not keep a lane from growing', async () => {
  const random = seededRandom('durations')
  const some = crowd(createConnections({ clock: fakeClock(), most: 100 }))
  await some.enter(5000)

  for (let time = 0; time < 2500; time++) {
    // As log-normal as three draws make it: most between a third and three times the middle.
    const drawn = random.next() + random.next() + random.next() - 1.5
    await some.end(answered(1000 * Math.exp(1.5 * drawn)))
  }

  expect(some.state().limit).toBeGreaterThan(30)
})

test('who gives up waiting leaves no trace, and those behind keep their order', async () => {
  const clock = watchedClock()
  const some = crowd(createConnections({ clock, most: 2 }))
  const impatient = new AbortController()
  await some.enter(2)
  await some.enter(2, impatient.signal)
  await some.enter(2)

  impatient.abort(new Error('enough'))
  const before = some.state()
  await some.end(answered(), 2)

  expect(before).toMatchObject({ waiting: 2, inFlight: 2 })
  expect(some.entered).toEqual([0, 1, 4, 5])
  expect(some.state()).toMatchObject({ waiting: 0, inFlight: 2 })
  expect(clock.asleep()).toBe(0)
})

test('a lane that nobody waits for any more sleeps no more, and opens in its time all the same', async () => {
  const clock = watchedClock()
  const some = crowd(createConnections({ clock, most: 100 }))
  const impatient = new AbortController()
  await some.enter(1)
  await some.end(refused(5000))
  const unasked = clock.asleep()
  await some.enter(3, impatient.signal)
  const asked = clock.asleep()

  impatient.abort(new Error('enough'))
  await settled()
  const left = clock.asleep()
  await clock.advance(5000)
  await some.enter(1)

  expect([unasked, asked, left]).toEqual([0, 1, 0])
  expect(some.inside.map(({ waitedMs }) => waitedMs)).toEqual([0])
})

test('a timer that comes late or a moment early leaves nobody asleep', async () => {
  let nowMs = 0
  let aMomentMs = 0
  const alarms: (() => void)[] = []
  const clock: Clock = {
    now: () => new Date(nowMs),
    // Time passes between two looks at the clock, as it does outside of tests.
    elapsedMs: () => (nowMs += aMomentMs),
    sleep: (_, signal) =>
      new Promise((resolve, reject) => {
        alarms.push(resolve)
        signal?.addEventListener('abort', () => reject(signal.reason))
      }),
  }
  const lane = crowd(createConnections({ clock, most: 1 }))
  const patience = new AbortController()
  await lane.enter()
  await lane.enter(1, patience.signal)
  await lane.enter(2)
  await lane.end(refused(1_000))

  // Open, and the timer has not told so yet.
  nowMs = 1_001
  patience.abort()
  await settled()
  expect(lane.entered).toEqual([0, 2])

  // The timer tells so when the lane is closed for a moment yet, which is over at the next look.
  await lane.end(refused(1_000))
  nowMs = 2_000.9
  aMomentMs = 0.06
  alarms.at(-1)?.()
  await settled()
  alarms.at(-1)?.()
  await settled()
  expect(lane.entered).toEqual([0, 2, 3])
})

test('entering with a signal that is aborted already rejects with its reason', async () => {
  const connections = createConnections({ clock: fakeClock(), most: 4 })

  const entering = connections.lane(NAME).enter(AbortSignal.abort(new Error('over')))

  await expect(entering).rejects.toThrow('over')
  expect(connections.lanes()).toMatchObject([{ inFlight: 0, waiting: 0 }])
})

test('an attempt that is ended twice is our own mistake', async () => {
  const connections = createConnections({ clock: fakeClock(), most: 4 })
  const turnstile = await connections.lane(NAME).enter(new AbortController().signal)
  turnstile.end({ kind: 'failed' })

  expect(() => turnstile.end({ kind: 'failed' })).toThrow(
    'Broken invariant: an attempt of lane "openai/gpt-5" ends once',
  )
  expect(connections.lanes()).toMatchObject([{ inFlight: 0 }])
})

test('each model of each provider has a lane of its own, the same one for all', async () => {
  const connections = createConnections({ clock: watchedClock(), most: 4 })
  const { signal } = new AbortController()
  const turnstile = await connections.lane('a/x').enter(signal)
  await connections.lane('b/x').enter(signal)
  turnstile.end(refused(1000))

  expect(connections.lane('a/x')).toBe(connections.lane('a/x'))
  expect(connections.lanes()).toEqual([
    { name: 'a/x', inFlight: 0, limit: 1, waiting: 0, closedMs: 1000, failed: 0 },
    { name: 'b/x', inFlight: 1, limit: 4, waiting: 0, closedMs: 0, failed: 0 },
  ])
})

type Step =
  | { readonly do: 'enter'; readonly times: number }
  | { readonly do: 'give-up'; readonly which: number }
  | { readonly do: 'end'; readonly which: number; readonly how: AttemptEnd }
  | { readonly do: 'wait'; readonly ms: number }

const ms = fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.constant(1e12))
const room = fc.option(fc.record({ left: fc.nat(20), resetMs: fc.option(ms) }))
const how: fc.Arbitrary<AttemptEnd> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('answered' as const),
      durationMs: fc.nat(5000),
      room: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: room }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('refused' as const),
      retryAfterMs: fc.option(ms),
      room,
    }),
  },
  { weight: 1, arbitrary: fc.constant<AttemptEnd>({ kind: 'failed' }) },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('enter' as const),
      times: fc.integer({ min: 1, max: 8 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('give-up' as const), which: fc.nat() }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('end' as const), which: fc.nat(), how }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(10_000) }) },
)

test('whatever happens: nobody enters above the limit, out of turn or into a closed lane; all enter in the end; no sleep is left', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 30 }),
      fc.array(step, { maxLength: 60 }),
      async (most, steps) => {
        const clock = watchedClock()
        const connections = createConnections({ clock, most })
        const lane = connections.lane(NAME)
        const state = (): LaneState => connections.lanes()[0] as LaneState
        const inside: Turnstile[] = []
        const waiting: { readonly number: number; readonly stop: AbortController }[] = []
        let asked = 0

        const enter = (): void => {
          const me = { number: asked++, stop: new AbortController() }
          waiting.push(me)
          lane.enter(me.stop.signal).then(
            (turnstile) => {
              expect(waiting.shift()?.number).toBe(me.number)
              inside.push(turnstile)
            },
            () => waiting.splice(waiting.indexOf(me), 1),
          )
        }
        const check = async (): Promise<void> => {
          const before = inside.length
          await settled()
          const { limit, inFlight, closedMs, waiting: queued } = state()
          expect(limit).toBeGreaterThanOrEqual(1)
          expect(limit).toBeLessThanOrEqual(most)
          expect(inFlight).toBeLessThanOrEqual(most)
          expect(inFlight).toBe(inside.length)
          expect(queued).toBe(waiting.length)
          if (inside.length > before) expect(inFlight).toBeLessThanOrEqual(limit)
          // Nobody waits without a reason, and somebody who waits for the time alone has a timer.
          if (queued > 0) expect(closedMs > 0 || inFlight >= limit).toBe(true)
          expect(clock.asleep()).toBe(queued > 0 && closedMs > 0 ? 1 : 0)
        }

        for (const each of steps) {
          if (each.do === 'enter') for (let time = 0; time < each.times; time++) enter()
          if (each.do === 'give-up') waiting[each.which % waiting.length]?.stop.abort()
          if (each.do === 'end') inside.splice(each.which % inside.length, 1)[0]?.end(each.how)
          if (each.do === 'wait') await clock.advance(each.ms)
          await check()
        }
        while (waiting.length > 0 || inside.length > 0) {
          if (state().closedMs > 0) await clock.advance(state().closedMs)
          inside.shift()?.end(answered())
          await check()
        }
        expect(state()).toMatchObject({ inFlight: 0, waiting: 0 })
        expect(clock.asleep()).toBe(0)
      },
    ),
    { numRuns: 300 },
  )
})

test('on the real clock a lane opens in its time too', async () => {
  const clock: Clock = systemClock()
  const lane = createConnections({ clock, most: 1 }).lane(NAME)
  const { signal } = new AbortController()
  const first = await lane.enter(signal)
  const second = lane.enter(signal)

  first.end(refused(20))

  expect((await second).waitedMs).toBeGreaterThanOrEqual(19)
})
