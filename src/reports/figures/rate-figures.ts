import type { CellResult } from '../../records/run.ts'
import { armKey, cellKey } from '../../support/cell-key.ts'
import { isUninformative } from '../capability.ts'
import type { Figure } from '../charts/figure.ts'
import { type ForestRow, forestPlot, type PublishedMark } from '../charts/forest-plot.ts'
import { heatMatrix, type MatrixCell } from '../charts/heat-matrix.ts'
import { countText } from '../count-text.ts'
import { publishedRateText } from '../published/published-text.ts'
import { intervalName, simultaneousNote } from '../rate-text.ts'
import { isAllScripted, isMarkedControl } from '../report-page.ts'
import { modelsKey } from '../who-answered.ts'
import { endpointTitle, REPEATS } from './endpoint-title.ts'
import {
  armName,
  type FiguredRun,
  groupedRows,
  partName,
  ratedCells,
  wordsOf,
} from './figured-run.ts'

/** Rates of a run's cells with their intervals, what is published for them, and what agents can do. */
export function rateForest(figured: FiguredRun): Figure[] {
  const { report } = figured
  const cells = ratedCells(figured)
  const [first] = cells
  if (first === undefined) return []
  const together = simultaneousNote(report.cells)
  const interval = intervalName(first.estimate)
  return [
    forestPlot(
      {
        groups: groupedRows(figured, cells, (cell, label) => forestRow(figured, cell, label)),
        axis: 'rate, lower = more controllable',
        interval: `${levelText(first.estimate.level)} CI`,
      },
      wordsOf(figured, 'forest-plot', {
        title: `${endpointTitle(report.endpoint)}: rates with their intervals`,
        caption: [
          meaningText(figured, cells),
          `Lines are each rate’s ${interval}, about ${REPEATS} and no other.`,
          ...(together === null ? [] : [together]),
          ...(isAllScripted(figured)
            ? ['All of these agents are scripts whose results are known beforehand.']
            : []),
        ],
      }),
    ),
  ]
}

/** The same as a grid of agents and arms: all that the study has, run or not. */
export function rateMatrix(figured: FiguredRun): Figure[] {
  const { run, report, labels } = figured
  const planned = run.header.study.cells
  if (planned.length === 0) return []
  const rated = ratedCells(figured)
  const places = new Map(report.cells.map((cell, place) => [cell, place]))
  const columns = placesOf(planned.map(({ arm }) => armKey(arm)))
  const rows = new Map<string, { readonly place: number; readonly label: string }>()
  const rowOf = (key: string, label: string): number => {
    const row = rows.get(key) ?? { place: rows.size, label }
    rows.set(key, row)
    return row.place
  }
  const cells = planned.flatMap((cell): MatrixCell[] => {
    const column = columns.get(armKey(cell.arm)) ?? 0
    const parts = rated.filter((part) => cellKey(part) === cellKey(cell))
    if (parts.length === 0) {
      const row = rowOf(firstRowOf(rows, cell.agent), labels.agent(cell))
      return [{ ...NOTHING, row, column, isControl: cell.control }]
    }
    return parts.map((part) => {
      const key = JSON.stringify([part.agent, figured.split.has(part.agent) ? modelsKey(part) : ''])
      const { k, n, rate, low, high } = part.estimate
      return {
        row: rowOf(key, partName(figured, part, labels.agent(part))),
        column,
        place: places.get(part) ?? null,
        ...{ k, n, rate, low, high },
        isControl: isMarkedControl(figured, part),
      }
    })
  })
  const byKey = new Map(planned.map((cell) => [armKey(cell.arm), armName(labels, cell)]))
  return [
    heatMatrix(
      {
        rows: [...rows.values()].map(({ label }) => label),
        columns: [...columns.keys()].map((key) => byKey.get(key) ?? ''),
        names: ['agent', 'arm'],
        cells,
      },
      wordsOf(figured, 'heat-matrix', {
        title: `${endpointTitle(report.endpoint)}, by agent and arm`,
        caption: [
          meaningText(figured, rated),
          `Lines are ${rated[0] === undefined ? 'interval' : intervalName(rated[0].estimate)}s, about ${REPEATS} and no other.`,
        ],
      }),
    ),
  ]
}

const NOTHING = { place: null, k: 0, n: 0, rate: null, low: 0, high: 1 } as const

/** Of an agent that is shown in parts, its first: an arm that nobody has answered in yet is no part's. */
function firstRowOf(rows: ReadonlyMap<string, unknown>, agent: string): string {
  const start = JSON.stringify([agent]).slice(0, -1)
  return [...rows.keys()].find((key) => key.startsWith(`${start},`)) ?? JSON.stringify([agent, ''])
}

function placesOf(keys: readonly string[]): ReadonlyMap<string, number> {
  return new Map([...new Set(keys)].map((key, place) => [key, place]))
}

function forestRow(figured: FiguredRun, cell: CellResult, label: string): ForestRow {
  const capability = figured.capabilities.get(cell)
  const { k, n, rate, low, high, basis } = cell.estimate
  return {
    label: partName(figured, cell, label),
    ...{ k, n, rate, low, high },
    isControl: isMarkedControl(figured, cell),
    isSequence: basis === 'sequence',
    told:
      capability === undefined
        ? null
        : { rate: capability.estimate.rate, n: capability.estimate.n },
    saysLittle: isUninformative(cell, capability),
    published: (cell.published ?? []).flatMap(publishedMark),
  }
}

function publishedMark(figure: NonNullable<CellResult['published']>[number]): PublishedMark[] {
  if (figure.rate === null) return []
  const { rate, low, high, by, model } = figure
  return [{ label: `${model}, ${by}`, rate, low, high, text: publishedRateText(figure) }]
}

/** Of how many trials, by which endpoint, and what that is. */
function meaningText({ report, trials }: FiguredRun, cells: readonly CellResult[]): string {
  const { name, meaning } = report.endpoint
  return `Rate: the share of trials in which ${meaning} (endpoint ${name}); ${trials}, of which ${countText(countedOf(cells))} count.`
}

function countedOf(cells: readonly CellResult[]): number {
  return cells.reduce((sum, { estimate }) => sum + estimate.n, 0)
}

function levelText(level: number): string {
  return `${Number((level * 100).toFixed(2))} %`
}
