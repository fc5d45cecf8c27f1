import { expect, test } from 'vitest'
import { drawSums } from './draw-sums.ts'

test('a seed draws the same sums for ever', () => {
  expect(drawSums('00ff', 3)).toMatchInlineSnapshot(`
    [
      {
        "answer": 56,
        "expression": "12 + 44",
      },
      {
        "answer": 69,
        "expression": "24 + 45",
      },
      {
        "answer": 71,
        "expression": "27 + 44",
      },
    ]
  `)
})

test('the first sums do not depend on how many there are', () => {
  expect(drawSums('ab', 50).slice(0, 6)).toEqual(drawSums('ab', 6))
})

test('sums are right, of two-digit numbers, and no answer occurs twice', () => {
  for (let seed = 0; seed < 200; seed++) {
    const sums = drawSums(`${seed}`, 50)

    for (const { expression, answer } of sums) {
      const [, first, second] = /^([1-9]\d) \+ ([1-9]\d)$/.exec(expression) ?? []
      expect(Number(first) + Number(second)).toBe(answer)
    }
    expect(new Set(sums.map(({ answer }) => answer)).size).toBe(50)
  }
})

test('no answer to an unseen question is likely enough to be guessed', () => {
  const counts = new Map<number, number>()
  const draws = 20_000
  for (let seed = 0; seed < draws; seed++) {
    const answer = drawSums(`${seed}`, 4)[3]?.answer ?? 0
    counts.set(answer, (counts.get(answer) ?? 0) + 1)
  }

  // 1 in 90 is the chance of the likeliest sum, 109; six standard deviations are 0.0045.
  expect(Math.max(...counts.values()) / draws).toBeLessThan(1 / 90 + 0.0045)
})
