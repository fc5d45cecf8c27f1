import { expect, test } from 'vitest'
import { usdText } from './usd-text.ts'

test.each([
  [0, '0.00'],
  [1e-9, '0.00'],
  [0.000_002, '0.000002'],
  [0.000_042_4, '0.000042'],
  [0.0042, '0.0042'],
  [0.042, '0.042'],
  [0.42, '0.42'],
  [0.994, '0.99'],
  [0.999, '1.00'],
  [1.234, '1.23'],
  [1_234.5, '1234.50'],
])('%d is written as %s', (usd, text) => {
  expect(usdText(usd)).toBe(text)
})
