import { expect, test } from 'vitest'
import { armKey, cellKey } from './cell-key.ts'

test('a key is the same in whatever order factors stand, and another for any other agent or level', () => {
  const cell = { agent: 'x', arm: { instruction: 'none', stakes: 'replaced' } }

  expect(armKey({ stakes: 'replaced', instruction: 'none' })).toBe(armKey(cell.arm))
  expect(cellKey({ ...cell, arm: { stakes: 'replaced', instruction: 'none' } })).toBe(cellKey(cell))
  expect(
    new Set(
      [
        cell,
        { ...cell, agent: 'y' },
        { ...cell, arm: { instruction: 'none', stakes: 'none' } },
        { ...cell, arm: { instruction: 'none' } },
        { ...cell, arm: { 'instruction,none': 'stakes,replaced' } },
      ].map(cellKey),
    ).size,
  ).toBe(5)
})
