import { expect, test } from 'vitest'
import { chartContract } from '../../testing/chart-contract.ts'
import { heatMatrix, type MatrixCell, type MatrixData } from './heat-matrix.ts'

function cell(row: number, column: number, place: number, n: number): MatrixCell {
  const k = n === 0 ? 0 : (place * 37) % (n + 1)
  const rate = n === 0 ? null : k / n
  return {
    ...{ row, column, place, k, n, rate },
    low: rate === null ? 0 : Math.max(0, rate - 0.08),
    high: rate === null ? 1 : Math.min(1, rate + 0.05 + (place % 4) / 10),
    isControl: place % 7 === 5,
  }
}

function matrix(rows: number, columns: number, trials = 100): MatrixData {
  return {
    rows: Array.from({ length: rows }, (_, row) => `openai/gpt-5-variant-${row}`),
    columns: Array.from(
      { length: columns },
      (_, column) => 'ABCDEF'[column] ?? `E with stakes=${column}`,
    ),
    names: ['agent', 'arm'],
    cells: Array.from({ length: rows * columns }, (_, place) =>
      cell(Math.floor(place / columns), place % columns, place, place % 11 === 3 ? 0 : trials),
    ),
  }
}

const FEW = matrix(3, 3)

chartContract('heat-matrix', heatMatrix, {
  gallery: {
    'few-cells': { data: FEW, numbers: FEW.cells.map(({ k }) => k) },
    'thirteen-agents': { data: matrix(13, 6), numbers: [0, 37, 100] },
    'many-arms': { data: matrix(5, 24), numbers: [100] },
  },
  extremes: {
    nothing: { data: { ...matrix(0, 0), rows: [], columns: [] }, numbers: [] },
    'one cell': { data: matrix(1, 1), numbers: [0, 100] },
    '60 agents in 40 arms': { data: matrix(60, 40), numbers: [100] },
    'a million trials': { data: matrix(2, 2, 1_000_000), numbers: [1_000_000] },
  },
  labelled: (text): MatrixData => ({
    ...matrix(1, 1),
    rows: [text],
    columns: [text],
    names: [text, text],
  }),
  folder: '../../../docs/gallery',
})

const words = { key: 'k', title: 't', caption: 'c' }

test('each cell says which it is, and one without trials is hatched', () => {
  const { svg } = heatMatrix(
    { ...matrix(1, 2), cells: [cell(0, 0, 7, 10), { ...cell(0, 1, 8, 0), place: null }] },
    words,
  )

  expect(svg.match(/data-cell="\d+"/g)).toEqual(['data-cell="7"'])
  expect(svg.match(/class="hatch"/g)).toHaveLength(2)
  expect(svg).toContain('openai/gpt-5-variant-0, B: no trial counts')
})

test('what cannot be laid out for a phone is scrolled there', () => {
  expect(heatMatrix(matrix(2, 6), words).narrow).not.toBeNull()
  expect(heatMatrix(matrix(2, 24), words).narrow).toBeNull()
})

test('2,400 cells stay a drawing that a page can hold', () => {
  expect(heatMatrix(matrix(60, 40), words).svg.length).toBeLessThan(1_500_000)
})
