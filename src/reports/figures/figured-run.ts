import type { CellResult } from '../../records/run.ts'
import type { ViewedRun } from '../../records/view.ts'
import type { CellLabels, LabelledCell } from '../arm-label.ts'
import type { FigureWords } from '../charts/draw-figure.ts'
import type { RowGroup } from '../charts/row-group.ts'
import { countText } from '../count-text.ts'
import { plural, type ReportParts, reportParts, sumOf } from '../report-page.ts'
import { notesOf } from '../sent-notes.ts'
import { modelsText } from '../who-answered.ts'
import { figureLabels, prefixText } from './figure-labels.ts'

/** A run with what all of its figures are made from. */
export interface FiguredRun extends ReportParts {
  readonly run: ViewedRun
  /** Whether rows stand below arms, and not below agents: whichever gives fewer headings. */
  readonly byArm: boolean
  /** `So far 12 trials`, `100 trials`. */
  readonly trials: string
}

export function figuredRun(run: ViewedRun): FiguredRun {
  const parts = reportParts(run.report, notesOf(run.notes, run.report))
  const planned = run.header.study.cells
  // By the plan and not by what has been run: names must not change while trials come in.
  const labels = figureLabels(planned)
  const agents = new Set(planned.map(({ agent }) => agent)).size
  const arms = new Set(planned.map(({ arm }) => JSON.stringify(arm))).size
  const count = sumOf(run.report.cells, ({ trials }) => trials)
  const soFar = run.report.status === 'running' ? 'so far ' : ''
  return {
    ...parts,
    labels,
    run,
    byArm: agents >= arms,
    trials: `${soFar}${countText(count)} ${plural(count, 'trial')}`,
  }
}

/** Words of a figure of a run. */
export function wordsOf(
  { run, labels }: FiguredRun,
  kind: string,
  {
    title,
    caption,
    namesAgents = true,
  }: {
    readonly title: string
    readonly caption: readonly string[]
    readonly namesAgents?: boolean
  },
): FigureWords {
  const prefix = namesAgents ? prefixText(labels) : ''
  const names = prefix === '' ? [] : [prefix]
  return {
    key: `run-${run.header.id}-${kind}`,
    title,
    // A per cent sign must not begin a line.
    caption: [...caption, ...names].map(capitalized).join(' ').replaceAll(' %', '\u00a0%'),
  }
}

/** Rows below the arms or the agents that they are of, in the order in which they come. */
export function groupedRows<Cell extends LabelledCell, Row extends { readonly label: string }>(
  { labels, byArm }: Pick<FiguredRun, 'labels' | 'byArm'>,
  cells: readonly Cell[],
  rowOf: (cell: Cell, label: string) => Row,
): RowGroup<Row>[] {
  const groups = Map.groupBy(cells, (cell) => (byArm ? labels.arm(cell) : cell.agent))
  return [...groups].map(([label, own]) => ({
    label,
    rows: own.map((cell) => rowOf(cell, byArm ? labels.agent(cell) : armName(labels, cell))),
  }))
}

export function armName(labels: CellLabels, cell: LabelledCell): string {
  return labels.short(cell) || 'the only arm'
}

/** The name of a row with who has answered, where not the same has throughout. */
export function partName(
  { split }: Pick<FiguredRun, 'split'>,
  cell: CellResult,
  label: string,
): string {
  return split.has(cell.agent) ? `${label} (${modelsText(cell.models) || 'nobody'})` : label
}

/** The cells of a report that have a rate: of a cell in many parts, the largest. */
export function ratedCells({ rows }: Pick<FiguredRun, 'rows'>): CellResult[] {
  return rows.flatMap((row) => (row.kind === 'cell' ? [row.cell] : []))
}

function capitalized(sentence: string): string {
  return `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}`
}
