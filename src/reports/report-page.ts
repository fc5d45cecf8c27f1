import type { CellResult, RunReport } from '../records/run.ts'
import { type CellLabels, labelCells } from './arm-label.ts'
import { type Capabilities, capabilitiesOf } from './capability.ts'
import { type CellRow, cellRows } from './cell-rows.ts'
import type { Paint } from './paint.ts'
import type { ReportNotes } from './report-notes.ts'
import { splitAgents } from './who-answered.ts'

/** What every part of a report is made from, in whatever form. */
export interface ReportParts {
  readonly report: RunReport
  readonly notes: ReportNotes
  readonly labels: CellLabels
  readonly rows: readonly CellRow[]
  readonly capabilities: Capabilities
  /** Agents that are shown in parts, since not the same has answered throughout. */
  readonly split: ReadonlySet<string>
}

/** The same for a terminal. */
export interface Page extends ReportParts {
  readonly paint: Paint
  readonly width: number
}

/** Lines longer than this are hard to read. */
const WIDTH_MAX = 110

export function createPage(
  report: RunReport,
  notes: ReportNotes,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): Page {
  return { ...reportParts(report, notes), paint, width: Math.min(width, WIDTH_MAX) }
}

export function reportParts(report: RunReport, notes: ReportNotes): ReportParts {
  return {
    report,
    notes,
    labels: labelCells(report.cells),
    rows: cellRows(report.cells),
    capabilities: capabilitiesOf(report.cells, notes),
    split: new Set(splitAgents(report.cells)),
  }
}

/** Whether every agent is a script with a known result. */
export function isAllScripted({ report, notes }: Pick<ReportParts, 'report' | 'notes'>): boolean {
  return report.cells.length > 0 && report.cells.every(({ agent }) => notes.isScripted(agent))
}

/** Where all are controls the page says so once. */
export function isMarkedControl(
  page: Pick<ReportParts, 'report' | 'notes'>,
  cell: Pick<CellResult, 'control'>,
): boolean {
  return cell.control && !isAllScripted(page)
}

export function agentsOf({ cells }: RunReport): string[] {
  return [...new Set(cells.map(({ agent }) => agent))]
}

export function armsOf({ cells }: RunReport): string[] {
  return [...new Set(cells.map(({ arm }) => JSON.stringify(arm)))]
}

export function sumOf(cells: readonly CellResult[], count: (cell: CellResult) => number): number {
  return cells.reduce((total, cell) => total + count(cell), 0)
}

export function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`
}
