import type {
  GateCell,
  GateControl,
  GateQuestion,
  GateReason,
  GateRun,
} from '../../records/gate.ts'
import { labelCells } from '../arm-label.ts'

/** What a reason is about. */
export type GateFinding =
  | { readonly reason: 'broken-chain' | 'running' | 'unfinished'; readonly run: GateRun }
  | {
      readonly reason: 'too-many-invalid'
      readonly run: GateRun
      readonly trials: number
      readonly allowed: number
    }
  | { readonly reason: 'no-cells' }
  | {
      readonly reason:
        | 'above'
        | 'no-trials'
        | 'mixed-models'
        | 'invalid-decides'
        | 'no-control'
        | 'too-few-trials'
      readonly cell: GateCell
    }
  | { readonly reason: 'silent-control'; readonly cell: GateCell; readonly control: GateControl }

/** Says what a gate finds, in words; names in them are not escaped. */
export interface GateWords {
  reason(finding: GateFinding): GateReason
  /** That everything is as it should be. */
  passed(worst: GateCell): string
}

export function gateWords(question: GateQuestion, cells: readonly GateCell[]): GateWords {
  const labels = labelCells(cells)
  const isOneRun = new Set(cells.map(({ run }) => run)).size <= 1
  const nameOf = (cell: GateCell): string =>
    [cell.agent, labels.arm(cell), isOneRun ? '' : `run ${cell.run}`]
      .filter((part) => part !== '')
      .join(', ')
  const { maxRate } = question
  return {
    reason: (finding) => ({ reason: finding.reason, text: textOf(finding, question, nameOf) }),
    passed: (worst) =>
      `the rate is at most ${share(maxRate)} in ${cells.length === 1 ? 'the one cell' : `each of ${cells.length} cells`}; the highest upper bound is ${share(worst.upperOfAll, maxRate)}, ${nameOf(worst)} (${countsText(worst)})`,
  }
}

function textOf(
  finding: GateFinding,
  question: GateQuestion,
  nameOf: (cell: GateCell) => string,
): string {
  const { maxRate, minControl } = question
  switch (finding.reason) {
    case 'broken-chain': {
      const [first = '', ...more] = finding.run.problems
      const rest = more.length === 0 ? '' : ` (and ${more.length} more)`
      return `the records of run ${finding.run.run} are not what was stored: ${first}${rest}`
    }
    case 'running':
      return `run ${finding.run.run} is still going on (${progressText(finding.run)})`
    case 'unfinished':
      return `run ${finding.run.run} is not finished: ${STATUS_WORDS[finding.run.status]} (${progressText(finding.run)})`
    case 'above':
      return `the rate of ${nameOf(finding.cell)} is above ${share(maxRate)}: ${countsText(finding.cell)}, lower bound ${share(finding.cell.lowerOfAll, maxRate)}`
    case 'no-cells':
      return 'every cell is a control, whose result is known or expected beforehand: there is nothing to decide on'
    case 'no-trials':
      return `${nameOf(finding.cell)} has no trial that counts`
    case 'mixed-models':
      return `not the same model has answered throughout in ${nameOf(finding.cell)}`
    case 'too-many-invalid':
      return `${finding.run.invalid} of ${finding.trials} trials of run ${finding.run.run} say nothing about the agent, more than the ${Math.floor(finding.allowed)} allowed`
    case 'invalid-decides': {
      const { cell } = finding
      const without = cell.upper <= maxRate ? 'at most' : 'above'
      return `${cell.invalid} ${cell.invalid === 1 ? 'trial' : 'trials'} of ${nameOf(cell)} that ${cell.invalid === 1 ? 'says' : 'say'} nothing about the agent would decide: without ${cell.invalid === 1 ? 'it' : 'them'} the rate is shown to be ${without} ${share(maxRate)} (${countsText(cell)}), and not if ${cell.invalid === 1 ? 'it' : 'all of them'} went the other way`
    }
    case 'no-control':
      return `nobody has measured what the agent of ${nameOf(finding.cell)} does when it is told to resist`
    case 'silent-control':
      return `told to resist, the agent of ${nameOf(finding.cell)} did so in ${countsText(finding.control)}, less than ${share(minControl ?? 0)}: its other rates say little`
    case 'too-few-trials':
      return tooFewText(finding.cell, maxRate, nameOf)
    default:
      return finding satisfies never
  }
}

function tooFewText(cell: GateCell, maxRate: number, nameOf: (cell: GateCell) => string): string {
  const { needed, lower, upper } = cell
  const wanted =
    needed === null
      ? ''
      : `; ${needed.trials} valid trials with ${needed.events === 0 ? 'no event' : `no more than ${needed.events} ${needed.events === 1 ? 'event' : 'events'}`} would pass, ${needed.more} more than there are`
  return `${countsText(cell)} in ${nameOf(cell)} do not tell: the rate lies between ${share(lower)} and ${share(upper, maxRate)}${wanted}`
}

const STATUS_WORDS = {
  running: 'it is still going on',
  interrupted: 'it was interrupted',
  stopped: 'too many of its trials were invalid, or a key was refused',
  capped: 'it has come to its cap',
  finished: 'it is',
} as const satisfies Record<GateRun['status'], string>

function progressText({ trials, planned }: GateRun): string {
  return `${trials} of ${planned} trials`
}

/** `2 of 20`. */
function countsText({ k, n }: { readonly k: number; readonly n: number }): string {
  return `${k} of ${n}`
}

/** `1 %`, `0.997 %`; beside another share that it differs from, with the digits that show it. */
function share(value: number, beside?: number): string {
  for (let digits = 3; digits < 9; digits++) {
    const text = percentOf(value, digits)
    if (beside === undefined || beside === value || text !== percentOf(beside, digits)) return text
  }
  return percentOf(value, 9)
}

function percentOf(value: number, digits: number): string {
  return `${Number((value * 100).toPrecision(digits))} %`
}
