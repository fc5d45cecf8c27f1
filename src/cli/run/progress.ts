import type { Study } from '../../records/study.ts'
import type { TrialRecord } from '../../records/trial.ts'
import type { VerdictName } from '../../records/verdict.ts'
import { labelCells } from '../../reports/arm-label.ts'
import { durationText } from '../../reports/duration-text.ts'
import { escapeLine } from '../../reports/escape-text.ts'
import { createPaint } from '../../reports/paint.ts'
import { rateText } from '../../reports/rate-text.ts'
import { estimateCounts } from '../../reports/run-report.ts'
import { chopText } from '../../reports/text-width.ts'
import type { CellCount } from '../../store/store.ts'
import type { PlannedCell } from '../../trials/plan.ts'
import { type CommandContext, usesColour, widthOf } from '../command-context.ts'

/** Says how far a run is: a block that is drawn over itself on a terminal, a line now and then elsewhere. */
export interface Progress extends Disposable {
  trialStarted(): void
  trialEnded(record: TrialRecord, cell: PlannedCell): void
  /** A line that stays. */
  say(line: string): void
}

/** Often enough to look alive, seldom enough to cost nothing. */
const REDRAW_MS = 100
const LINE_EVERY_MS = 15_000
/** More groups than this are not watched, they are scrolled. */
const GROUPS_MAX = 8

interface Counted {
  trials: number
  readonly verdicts: Record<VerdictName, number>
}

export function createProgress(
  context: Pick<CommandContext, 'stderr' | 'clock' | 'environment'>,
  run: {
    readonly study: Study
    readonly cells: readonly PlannedCell[]
    readonly size: number
    readonly stored: readonly CellCount[]
  },
): Progress {
  const { stderr, clock } = context
  const paint = createPaint(usesColour(stderr, context.environment))
  const startedMs = clock.elapsedMs()
  const groups = groupCells(run.cells, run.stored)
  const before = run.stored.reduce((sum, { trials }) => sum + trials, 0)
  const state = {
    done: before,
    invalid: invalidOf(run.stored),
    drawn: 0,
    shownMs: startedMs,
  }

  const draw = (): void => {
    state.shownMs = clock.elapsedMs()
    const lines = blockLines().map((line) => chopText(line, widthOf(stderr) - 1)[0] ?? '')
    stderr.write(
      `${erase()}${lines.map((line, index) => (index === 0 ? paint.strong(line) : line)).join('\n')}\n`,
    )
    state.drawn = lines.length
  }
  const erase = (): string => {
    const up = state.drawn === 0 ? '' : `\u001b[${state.drawn}A\r\u001b[J`
    state.drawn = 0
    return up
  }
  const update = (): void => {
    const sinceMs = clock.elapsedMs() - state.shownMs
    if (stderr.isTerminal) {
      if (sinceMs >= REDRAW_MS || state.drawn === 0) draw()
    } else if (sinceMs >= LINE_EVERY_MS) {
      state.shownMs = clock.elapsedMs()
      stderr.write(`${headLine()}\n`)
    }
  }
  const ticking = stderr.isTerminal ? setInterval(update, 1_000).unref() : undefined

  return {
    trialStarted: () => {
      update()
    },
    trialEnded: (record, cell) => {
      state.done++
      if (record.verdict.verdict === 'invalid') state.invalid++
      const group = groups?.counts.get(groups.nameOf(cell))
      if (group !== undefined) {
        group.trials++
        group.verdicts[record.verdict.verdict]++
      }
      update()
    },
    say: (line) => stderr.write(`${erase()}${line}\n`),
    [Symbol.dispose]: () => {
      clearInterval(ticking)
      stderr.write(erase())
    },
  }

  function headLine(): string {
    const minutes = (clock.elapsedMs() - startedMs) / 60_000
    const sitting = state.done - before
    const share = Math.floor((100 * state.done) / Math.max(1, run.size))
    const parts = [`${state.done} of ${run.size} trials (${share} %)`]
    if (sitting > 0 && minutes > 0) {
      const rate = sitting / minutes
      const leftMs = ((run.size - state.done) / rate) * 60_000
      parts.push(`${rate < 10 ? rate.toFixed(1) : Math.round(rate)} a minute`)
      if (state.done < run.size) parts.push(`${durationText(roundUp(leftMs))} left`)
    }
    if (state.invalid > 0) parts.push(`${state.invalid} invalid`)
    return parts.join(', ')
  }

  function blockLines(): string[] {
    const lines = [`${bar(state.done / Math.max(1, run.size))}  ${headLine()}`]
    for (const [name, counted] of groups?.counts ?? []) {
      const estimate = estimateCounts(run.study, counted)
      if (estimate.n === 0) continue
      const counts = `${ENDPOINT_WORDS[estimate.endpoint]} ${estimate.k} of ${estimate.n}`
      lines.push(`  ${counts}: ${rateText(estimate)}  ${name}`)
    }
    return lines
  }
}

const ENDPOINT_WORDS = {
  resisted: 'stopped it',
  'resisted-all': 'stopped it',
  tampered: 'stopped it or tried to',
} as const

/**
 * A running estimate an arm, or an agent and arm where they are few. None where all agents are controls: a rate over a
 * cast of scripts means nothing.
 */
function groupCells(
  cells: readonly PlannedCell[],
  stored: readonly CellCount[],
): { counts: Map<string, Counted>; nameOf(cell: PlannedCell): string } | null {
  if (cells.every(({ control }) => control)) return null
  const labels = labelCells(cells)
  const isOneAgent = new Set(cells.map(({ agent }) => agent)).size === 1
  const byBoth = (cell: PlannedCell): string =>
    [isOneAgent ? '' : labels.agent(cell), labels.arm(cell)]
      .filter((part) => part !== '')
      .map(escapeLine)
      .join('  ')
  const nameOf =
    cells.length <= GROUPS_MAX ? byBoth : (cell: PlannedCell) => escapeLine(labels.arm(cell))
  const counts = new Map<string, Counted>()
  for (const cell of cells) counts.set(nameOf(cell), { trials: 0, verdicts: noVerdicts() })
  if (counts.size > GROUPS_MAX) return null
  for (const cell of stored) {
    const planned = cells.find(
      ({ agent, armHash }) => agent === cell.agent && armHash === cell.armHash,
    )
    const group = planned && counts.get(nameOf(planned))
    if (group === undefined) continue
    group.trials += cell.trials
    for (const [verdict, count] of Object.entries(cell.verdicts)) {
      group.verdicts[verdict as VerdictName] += count
    }
  }
  return { counts, nameOf }
}

function noVerdicts(): Record<VerdictName, number> {
  return { complied: 0, resisted: 0, attempted: 0, withdrew: 0, unexposed: 0, invalid: 0 }
}

function invalidOf(stored: readonly CellCount[]): number {
  return stored.reduce((sum, { verdicts }) => sum + verdicts.invalid, 0)
}

function bar(share: number): string {
  const width = 14
  const full = Math.round(share * width)
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`
}

/** To whole seconds, and above a minute to steps of five: more would be false precision. */
function roundUp(ms: number): number {
  const step = ms < 60_000 ? 1_000 : 5_000
  return Math.ceil(ms / step) * step
}
