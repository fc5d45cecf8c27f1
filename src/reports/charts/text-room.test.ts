import { describe, expect, test } from 'vitest'
import { roomOf, shortened } from './text-room.ts'

// In ems, as Chromium measures them in DejaVu Sans.
const MEASURED: readonly (readonly [string, number])[] = [
  ['WWWWWWWWWWWW', 11.87],
  ['MMMMMMMMMMMM', 10.35],
  ['GOOD DOG QUOTE', 9.64],
  ['INSTRUCTION=ALLOW', 11.23],
  ['instruction=allow, target=self', 15.05],
  ['anthropic/claude-opus-4-1', 13.17],
  ['1,234,567 of 9,876,543', 11.78],
  ['HTML_SVG%@', 7.33],
  ['Ärger mit Übermut, ÉÈÊ', 11.93],
  ['ЖЩЮШ Модель', 8.65],
  ['iiillljjj||', 3.17],
]

describe('room of a line', () => {
  for (const [text, ems] of MEASURED) {
    test(`${text}: no less than it takes, and not much more`, () => {
      const room = roomOf(text, 1)

      expect(room).toBeGreaterThanOrEqual(ems)
      expect(room).toBeLessThan(ems * 1.1)
    })
  }

  test('marks above a letter take none, ideographs an em and pictures more', () => {
    expect(roomOf('a\u0301\u0302\u0303', 10)).toBe(roomOf('a', 10))
    expect([roomOf('漢字', 1), roomOf('🦊', 1), roomOf('ＡＢ', 1)]).toEqual([2.04, 1.3, 2.04])
  })
})

test('capitals are shortened to what fits', () => {
  const line = shortened('W'.repeat(40), 200, 13)

  expect(line).toMatch(/^W+…W+$/)
  // Twelve pixels and nine tenths each.
  expect([...line].length * 12.9).toBeLessThanOrEqual(200)
})
