import type { Look } from '../../records/analysis.ts'
import type { Study } from '../../records/study.ts'
import type { TrialRecord } from '../../records/trial.ts'
import { createPaint } from '../../reports/create-paint.ts'
import { durationText } from '../../reports/duration-text.ts'
import { chopText } from '../../reports/text-width.ts'
import type { CellCount } from '../../store/store.ts'
import type { PlannedCell } from '../../trials/plan.ts'
import { followedIn } from '../../trials/stopping/followed.ts'
import { type CommandContext, usesColour, widthOf } from '../command-context.ts'
import { endedIn, lookLine } from './look-line.ts'
import { runningEstimates } from './running-estimates.ts'
import { type Supplies, suppliesLine, suppliesLines } from './supplies-lines.ts'

/** Says how far a run is: a block that is drawn over itself on a terminal, a line now and then elsewhere. */
export interface Progress extends Disposable {
  trialStarted(): void
  trialEnded(record: TrialRecord, cell: PlannedCell): void
  /** The trials so far were looked at, to see which cells take more. */
  looked(look: Look): void
  /** A line that stays. */
  say(line: string): void
}

/** Often enough to look alive, seldom enough to cost nothing. */
const REDRAW_MS = 100
const LINE_EVERY_MS = 15_000

export function createProgress(
  context: Pick<CommandContext, 'stderr' | 'clock' | 'environment'>,
  run: {
    readonly study: Study
    readonly cells: readonly PlannedCell[]
    readonly size: number
    readonly stored: readonly CellCount[]
    /** That were taken before. */
    readonly looks: readonly Look[]
    /** How what the trials need stands now. */
    readonly supplies: () => Supplies
    /** Milliseconds that this sitting has been worked. */
    readonly workedMs: () => number
    /** That the run is paused, and how it goes on. Null: it is not. */
    readonly paused: () => string | null
  },
): Progress {
  const { stderr, clock } = context
  const paint = createPaint(usesColour(stderr, context.environment))
  const estimates = runningEstimates(run)
  const before = run.stored.reduce((sum, { trials }) => sum + trials, 0)
  const state = {
    done: before,
    invalid: invalidOf(run.stored),
    look: run.looks.at(-1) ?? null,
    drawn: 0,
    shownMs: clock.elapsedMs(),
  }
  // With a stopping rule it is not known beforehand how many trials there will be.
  const most = followedIn(run.study) === null ? '' : 'at most '

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
    } else if (sinceMs >= LINE_EVERY_MS && run.paused() === null) {
      state.shownMs = clock.elapsedMs()
      const supplies = suppliesLine(run.supplies())
      stderr.write(`${headLine()}${supplies === '' ? '' : `; ${supplies}`}\n`)
    }
  }
  // While a provider is waited for no trial starts or ends, and that is what a person wants to be told.
  const ticking = setInterval(update, stderr.isTerminal ? 1_000 : LINE_EVERY_MS).unref()

  return {
    trialStarted: () => {
      update()
    },
    trialEnded: (record, cell) => {
      state.done++
      if (record.verdict.verdict === 'invalid') state.invalid++
      estimates.count(cell, record)
      update()
    },
    looked: (look) => {
      const before = state.look === null ? 0 : endedIn(state.look)
      state.look = look
      if (stderr.isTerminal) update()
      // Where lines stay, those that say nothing new are noise.
      else if (endedIn(look) > before) stderr.write(`${lookLine(run.study, look)}\n`)
    },
    say: (line) => stderr.write(`${erase()}${line}\n`),
    [Symbol.dispose]: () => {
      clearInterval(ticking)
      stderr.write(erase())
    },
  }

  function headLine(): string {
    const minutes = run.workedMs() / 60_000
    const sitting = state.done - before
    const share = Math.floor((100 * state.done) / Math.max(1, run.size))
    const parts = [`${state.done} of ${most}${run.size} trials (${share} %)`]
    if (sitting > 0 && minutes > 0) {
      const rate = sitting / minutes
      const leftMs = ((run.size - state.done) / rate) * 60_000
      parts.push(`${rate < 10 ? rate.toFixed(1) : Math.round(rate)} a minute`)
      if (state.done < run.size && run.paused() === null)
        parts.push(`${most}${durationText(roundUp(leftMs))} left`)
    }
    if (state.invalid > 0) parts.push(`${state.invalid} invalid`)
    return parts.join(', ')
  }

  function blockLines(): string[] {
    const paused = run.paused()
    return [
      `${bar(state.done / Math.max(1, run.size))}  ${headLine()}`,
      ...(paused === null ? [] : [`  ${paused}`]),
      ...estimates.lines().map((line) => `  ${line}`),
      ...(state.look === null ? [] : [`  ${lookLine(run.study, state.look)}`]),
      ...suppliesLines(run.supplies(), widthOf(stderr)).map((line) => `  ${line}`),
    ]
  }
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
