import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { publishedCells } from './published-cells.ts'
import { putBetween } from './put-between.ts'
import sample from './sample.json' with { type: 'json' }
import { comparable, measureSection, SECTIONS } from './sections.ts'

const found: Readonly<Record<string, unknown>> = sample

// Made again on purpose: `npm run reproduce -- --sample`, and the tables of docs/statistics.md with it.
test.each(SECTIONS)('the sample of "$id" comes out exactly as it was found before', (section) => {
  const { data } = measureSection(section, 'sample', () => undefined)

  expect(comparable(data)).toEqual(found[section.id])
})

test('Clopper–Pearson covers at every rate; the other intervals do on average', () => {
  for (const { method, average, least } of sample['coverage-of-one']) {
    if (method === 'clopper-pearson') expect(least.coverage).toBeGreaterThanOrEqual(0.95)
    else expect(Math.abs(average - 0.95)).toBeLessThan(0.01)
  }
  for (const { average } of sample['coverage-of-two']) {
    expect(Math.abs(average - 0.95)).toBeLessThan(0.01)
  }
})

test('sequences that are looked at 1,000 times miss no more often than they may', () => {
  const { runs, ofRates, ofPairs } = sample.peeks
  const most = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs)

  for (const { missed, wrong, undecided } of [...ofRates, ...ofPairs]) {
    expect(missed / runs).toBeLessThanOrEqual(most)
    expect(wrong / runs).toBeLessThanOrEqual(most)
    expect(undecided).toBeLessThanOrEqual(runs)
  }
})

test('every table has its place in the page, and is there', () => {
  const page = readFileSync('docs/statistics.md', 'utf8')

  for (const { id } of SECTIONS) {
    const empty = putBetween(page, id, [])
    expect(page.length - empty.length, id).toBeGreaterThan(500)
  }
})

test('a table replaces the one before it, and nothing else', () => {
  const page = 'before\n<!-- reproduced: a -->\nold\nlines\n<!-- end -->\nafter\n'

  const once = putBetween(page, 'a', ['| new |'])

  expect(once).toBe('before\n<!-- reproduced: a -->\n| new |\n<!-- end -->\nafter\n')
  expect(putBetween(once, 'a', ['| new |'])).toBe(once)
  expect(() => putBetween(page, 'b', [])).toThrow('The page has no place for "b"')
})

test('the published table has 26 cells in arms A and E, none of them at the border itself', () => {
  const cells = publishedCells()

  expect(cells.map(({ arm }) => arm).join('')).toBe('A'.repeat(13) + 'E'.repeat(13))
  expect(new Set(cells.map(({ model }) => model)).size).toBe(13)
  expect(
    cells.filter(({ rate }) => rate > 0.05).map(({ model, arm }) => `${model} ${arm}`),
  ).toEqual([
    'codex-mini A',
    'o4-mini A',
    'o3 A',
    'GPT-5 A',
    'Grok 4 A',
    'codex-mini E',
    'o4-mini E',
    'o3 E',
    'Grok 4 E',
  ])
  expect(cells.filter(({ rate }) => rate === 0.05)).toEqual([])
})
