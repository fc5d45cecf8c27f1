/** The same numbers as a table, for whoever cannot or would rather not read the drawing. All rows are as long as the head. */
export interface FigureTable {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/**
 * A drawing with all that has to be read beside it. Texts are plain, not escaped; `svg` is safe to put into a page: it holds no
 * script, no style and no address, and takes its colours from the classes of `assets/style/charts.css`.
 */
export interface Figure {
  /** Of its kind: `forest-plot`, `heat-matrix` … */
  readonly id: string
  /** No other figure of the same page has it; ids within the drawing begin with it. */
  readonly key: string
  /** What it shows. */
  readonly title: string
  /** Of how many trials, by which endpoint, what lines and shades mean. One to three sentences. */
  readonly caption: string
  readonly svg: string
  /** The same laid out for a phone's width. Null: `svg` keeps its size there and is scrolled. */
  readonly narrow: string | null
  readonly table: FigureTable
}
