import { type BinomialDesign, checkDesign } from './binomial-design.ts'
import { entry, SquareMatrix } from './matrix.ts'

/** A column that is a sum of earlier ones in every row with trials: what it does cannot be told from what they do. */
export interface AliasedColumn {
  readonly column: string
  /** The earlier columns whose sum, each times its factor, it is. Empty: it is zero everywhere. */
  readonly sumOf: readonly { readonly column: string; readonly factor: number }[]
}

/** What a column has left, of its square, once the earlier ones are taken out of it, below which it is nothing of its own. */
const NOTHING = 1e-11

/**
 * Finds the columns that earlier ones make up, by sweeping the matrix of cross products.
 *
 * Source: J. H. Goodnight, A tutorial on the SWEEP operator, The American Statistician 33 (1979) 149–158.
 *
 * @throws RangeError for a design that is none.
 */
export function findAliased(design: BinomialDesign): AliasedColumn[] {
  checkDesign('aliased columns', design)
  const { columns } = design
  const products = crossProducts(design)
  const swept: number[] = []
  const aliased: AliasedColumn[] = []
  for (const [place, column] of columns.entries()) {
    const length = products.original[place] ?? 0
    if (products.matrix.get(place, place) > NOTHING * length) {
      sweep(products.matrix, place)
      swept.push(place)
      continue
    }
    const sumOf = swept.flatMap((earlier) => {
      const factor = products.matrix.get(earlier, place)
      const name = columns[earlier]
      return name === undefined || Math.abs(factor) < 1e-6 ? [] : [{ column: name, factor }]
    })
    aliased.push({ column, sumOf })
  }
  return aliased
}

function crossProducts({ columns, rows }: BinomialDesign): {
  matrix: SquareMatrix
  original: number[]
} {
  const matrix = new SquareMatrix(columns.length)
  for (const { x } of rows.filter(({ n }) => n > 0)) {
    for (const [a, value] of x.entries()) {
      if (value !== 0) for (const [b, other] of x.entries()) matrix.add(a, b, value * other)
    }
  }
  return { matrix, original: columns.map((_, place) => matrix.get(place, place)) }
}

function sweep(matrix: SquareMatrix, pivot: number): void {
  const { size } = matrix
  const divisor = matrix.get(pivot, pivot)
  const row = Array.from(matrix.row(pivot), (value) => value / divisor)
  for (let other = 0; other < size; other++) {
    if (other === pivot) continue
    const factor = matrix.get(other, pivot)
    for (let column = 0; column < size; column++) {
      matrix.add(other, column, -factor * entry(row, column))
    }
    matrix.set(other, pivot, -factor / divisor)
  }
  for (const [column, value] of row.entries()) matrix.set(pivot, column, value)
  matrix.set(pivot, pivot, 1 / divisor)
}
