import { expect, test } from 'vitest'
import { seededRandom } from '../support/random.ts'
import { type Budget, createBudget } from './budget.ts'

test('a trial is let in only if the most that it can cost fits in what is left beside those in flight', () => {
  const budget = createBudget({ capUsd: 1, spentUsd: 0.1 })

  const letIn = ['a', 'b', 'c'].map((key) => budget.reserve(key, 0.4))

  expect(letIn).toEqual([true, true, false])
  expect(state(budget)).toEqual({ spent: 0.1, committed: 0.9, outside: 0.8, over: 0 })
})

test('what a stored trial has not spent is free again', () => {
  const budget = createBudget({ capUsd: 1, spentUsd: 0 })
  budget.reserve('a', 0.8)
  const purse = budget.purse('a')
  purse.spend(0.2)
  purse.spend(0.1)

  const before = budget.reserve('b', 0.7)
  budget.settle('a', 0.3)
  const after = budget.reserve('b', 0.7)

  expect([before, after]).toEqual([false, true])
  expect(state(budget)).toEqual({ spent: 0.3, committed: 1, outside: 0.7, over: 0 })
})

test('what a trial that is given up has spent stays spent, and no record tells of it', () => {
  const budget = createBudget({ capUsd: 1, spentUsd: 0 })
  budget.reserve('a', 0.8)
  budget.purse('a').spend(0.3)

  budget.abandon('a')

  expect(state(budget)).toEqual({ spent: 0.3, committed: 0.3, outside: 0.3, over: 0 })
})

test('a trial may ask for more, and gets it while there is room', async () => {
  const budget = createBudget({ capUsd: 1, spentUsd: 0 })
  budget.reserve('a', 0.5)
  const purse = budget.purse('a')
  purse.spend(0.4)

  const given = [
    await purse.extend(0.3, NEVER),
    await purse.extend(0.3, NEVER),
    await purse.extend(0.2, NEVER),
  ]

  expect(given).toEqual([true, false, true])
  expect(state(budget)).toEqual({ spent: 0.4, committed: 1, outside: 1, over: 0 })
})

test('a trial that asks for more than there is waits for what others leave over, and none is let in before it', async () => {
  const budget = createBudget({ capUsd: 1, spentUsd: 0 })
  for (const key of ['a', 'b']) budget.reserve(key, 0.4)
  budget.purse('a').spend(0.4)

  const asked = budget.purse('a').extend(0.3, NEVER)
  const whileItWaits = { waiting: budget.waiting, letIn: budget.reserve('c', 0.1) }
  budget.settle('b', 0)

  expect(await asked).toBe(true)
  expect(whileItWaits).toEqual({ waiting: 1, letIn: false })
  expect([budget.waiting, budget.reserve('c', 0.1)]).toEqual([0, true])
  expect(state(budget)).toEqual({ spent: 0.4, committed: 0.8, outside: 0.8, over: 0 })
})

test('where all in flight wait for more, the one begun last gets none, and what it leaves goes to the others', async () => {
  const budget = createBudget({ capUsd: 1, spentUsd: 0 })
  const asked = new Map<string, Promise<boolean>>()
  for (const key of ['a', 'b', 'c']) budget.reserve(key, 0.3)
  // The one begun last has not asked last.
  for (const key of ['c', 'a', 'b']) asked.set(key, budget.purse(key).extend(0.15, NEVER))

  const last = await asked.get('c')
  const whileItEnds = budget.waiting
  budget.abandon('c')

  expect([last, whileItEnds]).toEqual([false, 2])
  expect([await asked.get('a'), await asked.get('b')]).toEqual([true, true])
  expect(state(budget)).toEqual({ spent: 0, committed: 0.9, outside: 0.9, over: 0 })
})

test('who waits for money is let go with the run, and with the end of its trial', async () => {
  const budget = createBudget({ capUsd: 1, spentUsd: 0 })
  for (const key of ['a', 'b', 'c']) budget.reserve(key, 0.3)
  const run = new AbortController()
  const interrupted = budget.purse('a').extend(0.5, run.signal)
  const ended = budget.purse('b').extend(0.5, NEVER)

  run.abort(new Error('The run is interrupted'))
  budget.abandon('b')

  await expect(interrupted).rejects.toThrow('The run is interrupted')
  expect([await ended, budget.waiting]).toEqual([false, 0])
  await expect(budget.purse('a').extend(0.1, run.signal)).rejects.toThrow('The run is interrupted')
})

test('what goes beyond all that was set aside is counted, and told as too much', () => {
  const budget = createBudget({ capUsd: 1, spentUsd: 0 })
  budget.reserve('a', 0.5)
  const purse = budget.purse('a')

  purse.spend(0.4)
  purse.spend(0.4)
  purse.spend(0.4)

  expect(state(budget)).toEqual({ spent: 1.2, committed: 1.2, outside: 1.2, over: 0.7 })
  expect(budget.reserve('b', 0)).toBe(false)
})

test('what is told of a trial that is over counts all the same, and gets no more', async () => {
  const budget = createBudget({ capUsd: 1, spentUsd: 0 })
  budget.reserve('a', 0.5)
  const purse = budget.purse('a')
  budget.abandon('a')

  purse.spend(0.1)

  expect(await purse.extend(0.1, NEVER)).toBe(false)
  expect(state(budget)).toEqual({ spent: 0.1, committed: 0.1, outside: 0.1, over: 0 })
})

test('of what a record says and what was spent, the more counts, and what it does not tell is kept apart', () => {
  const budget = createBudget({ capUsd: 1, spentUsd: 0 })
  for (const key of ['says more', 'says less']) {
    budget.reserve(key, 0.4)
    budget.purse(key).spend(0.2)
  }

  budget.settle('says more', 0.3)
  budget.settle('says less', 0.15)

  expect(state(budget)).toEqual({ spent: 0.5, committed: 0.5, outside: 0.05, over: 0 })
})

test('sums of fractions come out exact: ten trials of a tenth fit, and not an eleventh', () => {
  const budget = createBudget({ capUsd: 1, spentUsd: 0 })

  const fitting = Array.from({ length: 11 }, (_, index) => budget.reserve(`${index}`, 0.1))
  for (let index = 0; index < 10; index++) {
    // The tenth of a tenth, ten times: 0.09999999999999999 as a sum of fractions.
    for (let part = 0; part < 10; part++) budget.purse(`${index}`).spend(0.01)
    budget.settle(`${index}`, 0.1)
  }

  expect(fitting).toEqual([...Array(10).fill(true), false])
  expect(state(budget)).toEqual({ spent: 1, committed: 1, outside: 0, over: 0 })
})

test('without a cap everything fits, and what is spent is counted', async () => {
  const budget = createBudget({ capUsd: null, spentUsd: 2 })

  const fits = budget.reserve('a', Number.POSITIVE_INFINITY)
  const purse = budget.purse('a')
  purse.spend(40)

  expect([fits, await purse.extend(1_000, NEVER)]).toEqual([true, true])
  expect(state(budget)).toEqual({ spent: 42, committed: 42, outside: 40, over: 0 })
})

test.each([-1, Number.NaN])('%d is no amount', (usd) => {
  const budget = createBudget({ capUsd: 1, spentUsd: 0 })
  budget.reserve('a', 0.5)

  expect(() => budget.purse('a').spend(usd)).toThrow('amount')
})

test('each change is told', async () => {
  const told: number[] = []
  const budget: Budget = createBudget({
    capUsd: 1,
    spentUsd: 0,
    onChange: () => told.push(budget.outsideUsd),
  })

  budget.reserve('a', 0.5)
  await budget.purse('a').extend(0.2, NEVER)
  budget.purse('a').spend(0.1)
  budget.settle('a', 0.1)

  expect(told).toEqual([0.5, 0.7, 0.7, 0])
})

test('whatever trials do within what was set aside, in whatever order, the cap is never passed and nobody waits for ever', async () => {
  const random = seededRandom('budget')
  let waited = 0
  for (let run = 0; run < 60; run++) {
    const budget = createBudget({ capUsd: 1, spentUsd: random.next() / 2 })
    /** What each may still spend; null: it waits for more. */
    const left = new Map<string, number | null>()
    for (let step = 0; step < 200; step++) {
      const key = `${Math.floor(random.next() * 8)}`
      const usd = random.next() / 5
      const mine = left.get(key)
      const how = random.next()
      if (mine === undefined) {
        if (budget.reserve(key, usd)) left.set(key, usd)
      } else if (how < 0.1) {
        if (random.next() < 0.5) budget.abandon(key)
        else budget.settle(key, 0)
        left.delete(key)
      } else if (mine !== null && how < 0.4) {
        left.set(key, null)
        void budget
          .purse(key)
          .extend(usd, NEVER)
          .then((isGiven) => {
            if (left.get(key) === null) left.set(key, isGiven ? mine + usd : 0)
          })
        if (budget.waiting > 0) waited++
      } else if (mine !== null) {
        const part = mine * random.next()
        budget.purse(key).spend(part)
        left.set(key, mine - part)
      }
      await Promise.resolve()
      expect(budget.committedUsd).toBeLessThanOrEqual(1)
      expect(budget.spentUsd).toBeLessThanOrEqual(budget.committedUsd)
      expect(budget.waiting).toBeLessThan(Math.max(1, left.size))
    }
    expect(budget.overUsd).toBe(0)
  }
  expect(waited).toBeGreaterThan(100)
})

const NEVER = new AbortController().signal

function state(budget: Budget) {
  const { spentUsd, committedUsd, outsideUsd, overUsd } = budget
  return { spent: spentUsd, committed: committedUsd, outside: outsideUsd, over: overUsd }
}
