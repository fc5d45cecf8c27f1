import { expect, test } from 'vitest'
import { createTurns } from './take-turns.ts'

async function* pieces(name: string, made: string[]): AsyncGenerator<string> {
  for (let place = 1; place <= 3; place++) {
    made.push(`${name}${place}`)
    yield `${name}${place}`
  }
}

async function all(of: AsyncIterable<string>): Promise<string[]> {
  const taken: string[] = []
  for await (const each of of) taken.push(each)
  return taken
}

test('pieces of several are made in turns, and whatever else waits comes in between', async () => {
  const made: string[] = []
  const inTurns = createTurns()
  setImmediate(() => made.push('something else'))

  const [a, b] = await Promise.all([
    all(inTurns(pieces('a', made))),
    all(inTurns(pieces('b', made))),
  ])

  expect([a, b]).toEqual([
    ['a1', 'a2', 'a3'],
    ['b1', 'b2', 'b3'],
  ])
  expect(made).toEqual(['something else', 'a1', 'b1', 'a2', 'b2', 'a3', 'b3'])
})

test('one that fails tells whoever asked for it, and the others go on', async () => {
  const inTurns = createTurns()
  async function* failing(): AsyncGenerator<string> {
    yield 'a1'
    throw new Error('the disk fails')
  }

  const [failed, other] = await Promise.allSettled([
    all(inTurns(failing())),
    all(inTurns(pieces('b', []))),
  ])

  expect(failed).toMatchObject({ status: 'rejected', reason: new Error('the disk fails') })
  expect(other).toEqual({ status: 'fulfilled', value: ['b1', 'b2', 'b3'] })
})

test('what nobody takes any more is closed', async () => {
  let isClosed = false
  async function* watched(): AsyncGenerator<string> {
    try {
      yield* pieces('a', [])
    } finally {
      isClosed = true
    }
  }

  for await (const _ of createTurns()(watched())) break

  expect(isClosed).toBe(true)
})

test('what is given up while it waits for its turn is not made any more', async () => {
  const made: string[] = []
  const inTurns = createTurns()
  const all = ['a', 'b', 'c'].map((name) => inTurns(pieces(name, made)))

  const begun = all.map((each) => each.next())
  await all[1]?.return?.()

  expect(await Promise.all(begun)).toEqual([
    { done: false, value: 'a1' },
    { done: true, value: undefined },
    { done: false, value: 'c1' },
  ])
  expect(made).toEqual(['a1', 'c1'])
})
