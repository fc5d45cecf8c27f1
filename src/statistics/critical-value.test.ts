import { expect, test } from 'vitest'
import { criticalValue } from './critical-value.ts'

// mpmath 1.4.1: sqrt(2) * erfinv(level) at 50 digits, `level` being the double written here.
test.each([
  [0.5, 0.6744897501960817],
  [0.95, 1.9599639845400538],
  [0.99, 2.5758293035489004],
  [0.999999, 4.891638475692932],
  [0.999999999999, 7.130509892879273],
])('criticalValue(%d) is %d', (level, expected) => {
  expect(Math.abs(criticalValue(level) / expected - 1)).toBeLessThan(1e-14)
})
