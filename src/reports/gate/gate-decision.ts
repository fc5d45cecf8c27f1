import type {
  GateCell,
  GateDecision,
  GateQuestion,
  GateReason,
  GateReasonName,
  GateReport,
  GateRun,
} from '../../records/gate.ts'
import { GATE_REASONS } from '../../records/gate.ts'
import { isAtMost, lowerBound, trialsToPass, upperBound } from './gate-bounds.ts'
import { type GateFinding, type GateWords, gateWords } from './gate-text.ts'

/** A cell that is no control, as it was counted. */
export type CountedGateCell = Pick<
  GateCell,
  | 'run'
  | 'agent'
  | 'arm'
  | 'preset'
  | 'endpoint'
  | 'trials'
  | 'k'
  | 'n'
  | 'invalid'
  | 'basis'
  | 'control'
> & {
  /** Whether the providers name more than one model as having answered in it. */
  readonly mixed: boolean
}

/**
 * Decides whether every cell's rate is shown to be at most what is allowed.
 *
 * It passes if each cell's upper bound, one-sided and of the full level, is at most the rate: since all have to, the chance of
 * passing with a cell above the rate is at most 1 − level, however many cells there are (intersection–union; R. L. Berger,
 * Multiparameter hypothesis testing and acceptance sampling, Technometrics 24 (1982) 295–300). It fails if some cell's lower
 * bound is above it: one is enough, so the error is split over the m cells (Bonferroni), and the chance of failing with all
 * at or below the rate is at most 1 − level as well. It is inconclusive otherwise, and where the records cannot carry either.
 * Trials that are invalid count, for each of the two, as what speaks against it.
 */
export function decideGate(
  question: GateQuestion,
  runs: readonly GateRun[],
  counted: readonly CountedGateCell[],
): GateReport {
  const lowerLevel = 1 - (1 - question.level) / Math.max(1, counted.length)
  const cells = counted.map((cell) => decideCell(question, lowerLevel, cell))
  const words = gateWords(question, cells)
  const findings: GateFinding[] = [
    ...runs.flatMap((run) => findingsOfRun(question, run, cells)),
    ...cells.flatMap((cell, place) => findingsOfCell(question, cell, counted[place])),
    ...(cells.length === 0 ? [{ reason: 'no-cells' } as const] : []),
  ]
  const reasons = findings.toSorted((a, b) => rankOf(a) - rankOf(b)).map(words.reason)
  const decision = overall(reasons)
  const worst = worstOf(cells)
  return {
    decision,
    why: whyOf(reasons, worst === null ? undefined : cells[worst], words),
    ...question,
    lowerLevel,
    reasons,
    worst,
    cells,
    runs: [...runs],
  }
}

/** What stands against everything, whatever the counts say: they may not be what was seen, or not be all. */
const OVERRIDING: readonly GateReasonName[] = ['broken-chain', 'running']

function overall(reasons: readonly GateReason[]): GateDecision {
  if (reasons.length === 0) return 'pass'
  const names = reasons.map(({ reason }) => reason)
  if (names.some((name) => OVERRIDING.includes(name))) return 'inconclusive'
  return names.includes('above') ? 'fail' : 'inconclusive'
}

function rankOf({ reason }: GateFinding): number {
  return GATE_REASONS.indexOf(reason)
}

/** The first reason, and how many there are besides. */
function whyOf(
  reasons: readonly GateReason[],
  worst: GateCell | undefined,
  words: GateWords,
): string {
  const [first, ...more] = reasons
  if (first !== undefined) {
    return more.length === 0
      ? first.text
      : `${first.text} (and ${more.length} more ${more.length === 1 ? 'reason' : 'reasons'})`
  }
  return worst === undefined ? '' : words.passed(worst)
}

function decideCell(
  { maxRate, level }: GateQuestion,
  lowerLevel: number,
  { mixed: _, ...cell }: CountedGateCell,
): GateCell {
  const { k, n, invalid, basis } = cell
  const bounds = {
    lower: lowerBound({ k, n, basis }, lowerLevel),
    upper: upperBound({ k, n, basis }, level),
    lowerOfAll: lowerBound({ k, n: n + invalid, basis }, lowerLevel),
    upperOfAll: upperBound({ k: k + invalid, n: n + invalid, basis }, level),
  }
  const decision = isAtMost(bounds.upperOfAll, maxRate)
    ? 'pass'
    : isAtMost(bounds.lowerOfAll, maxRate)
      ? 'inconclusive'
      : 'fail'
  return {
    ...cell,
    rate: n === 0 ? null : k / n,
    ...bounds,
    decision,
    needed:
      decision === 'inconclusive' ? neededFor({ k, n, invalid, basis }, { maxRate, level }) : null,
  }
}

/** Invalid trials stay what they are: further trials have to make up for them as well. */
function neededFor(
  { k, n, invalid, basis }: Pick<GateCell, 'k' | 'n' | 'invalid' | 'basis'>,
  { maxRate, level }: Pick<GateQuestion, 'maxRate' | 'level'>,
): GateCell['needed'] {
  const trials = trialsToPass({ events: k + invalid, basis }, { rate: maxRate, level }) - invalid
  return { events: k, trials, more: trials - n }
}

function findingsOfRun(
  { maxInvalid }: GateQuestion,
  run: GateRun,
  cells: readonly GateCell[],
): GateFinding[] {
  const trials = cells
    .filter((cell) => cell.run === run.run)
    .reduce((sum, cell) => sum + cell.trials, 0)
  const allowed =
    typeof maxInvalid === 'number' ? maxInvalid * trials : (maxInvalid?.trials ?? trials)
  const found: GateFinding[] = []
  if (run.problems.length > 0) found.push({ reason: 'broken-chain', run })
  if (run.status === 'running') found.push({ reason: 'running', run })
  else if (run.status !== 'finished') found.push({ reason: 'unfinished', run })
  if (run.invalid > allowed) found.push({ reason: 'too-many-invalid', run, trials, allowed })
  return found
}

function findingsOfCell(
  question: GateQuestion,
  cell: GateCell,
  counted: CountedGateCell | undefined,
): GateFinding[] {
  const { control, decision } = cell
  const { minControl, controlDemanded } = question
  const found: GateFinding[] = []
  if (decision === 'fail') found.push({ reason: 'above', cell })
  if (cell.n === 0) found.push({ reason: 'no-trials', cell })
  if (counted?.mixed === true) found.push({ reason: 'mixed-models', cell })
  if (cell.n > 0 && decision === 'inconclusive') {
    found.push({
      reason: isDecidedWithoutInvalid(question, cell) ? 'invalid-decides' : 'too-few-trials',
      cell,
    })
  }
  if (control === null || control.rate === null) {
    if (controlDemanded) found.push({ reason: 'no-control', cell })
  } else if (minControl !== null && control.rate < minControl) {
    found.push({ reason: 'silent-control', cell, control })
  }
  return found
}

function isDecidedWithoutInvalid({ maxRate }: GateQuestion, { lower, upper }: GateCell): boolean {
  return isAtMost(upper, maxRate) || !isAtMost(lower, maxRate)
}

/** The one furthest above the rate if any is, else the one with the highest upper bound. */
function worstOf(cells: readonly GateCell[]): number | null {
  const failing = cells.some(({ decision }) => decision === 'fail')
  const badness = ({ lowerOfAll, upperOfAll }: GateCell): number =>
    failing ? lowerOfAll : upperOfAll
  const [worst] = cells
    .map((cell, place) => ({ place, bad: badness(cell) }))
    .toSorted((a, b) => b.bad - a.bad)
  return worst?.place ?? null
}
