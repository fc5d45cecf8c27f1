import type { Arm } from '../records/arm.ts'
import type { CellResult, RunReport } from '../records/run.ts'
import type { InvalidCause, VerdictName } from '../records/verdict.ts'
import { countText } from './count-text.ts'

/** What a report says besides its numbers. It is gathered by whoever has the scenario and the run file at hand. */
export interface ReportNotes {
  /** What its study calls the run: a report is headed by it. Null: nothing. */
  readonly studyTitle: string | null
  /** Of the scenario; null where it is not at hand. */
  readonly title: string | null
  readonly question: string | null
  readonly sandbox: string
  /** In how many trials the programs that were started were traced, of those whose sandbox says whether they were. */
  readonly traced: { readonly trials: number; readonly of: number }
  /** How many trials were planned. */
  readonly planned: number
  /** US dollars that went, or may have gone, into trials that are not stored. */
  readonly outsideUsd: number
  /** What the run says of itself: the study's notes. */
  readonly remarks: readonly string[]
  /** Whether an arm is a control: expected low, or told to resist and so a measure of what the agent is able to do. */
  controlArm(arm: Arm): 'low' | 'capability' | null
  /** The same arm with an object at stake in the agent's place, where the scenario has one. */
  objectArm(arm: Arm): Arm | null
  /** Whether an arm tells the agent in words to let the control take effect. Null: the scenario is not at hand. */
  instructs(arm: Arm): boolean | null
  /** What a scripted agent's trials must come to in an arm, where that is known. */
  expected(cell: Pick<CellResult, 'agent' | 'arm'>): VerdictName | null
  /** Whether an agent is a script with a known result, and so a control in every arm. */
  isScripted(agent: string): boolean
  /** Invalid trials by cause, with the numbers of some. */
  readonly invalid: readonly InvalidGroup[]
  /** Number of a trial that is worth reading, and what it is. */
  readonly example: { readonly number: number; readonly verdict: VerdictName } | null
  /** What to type in front of a command's name. */
  readonly program: string
  /** What to call the run in a command. */
  readonly runName: string
  /** A command that runs a real model in these arms. */
  readonly modelCommand: string
}

/**
 * What follows for attempts from how much was traced: with less of it fewer are seen, so rates that count them must not be
 * compared between trials that differ in this. Null where all were traced, or nothing is known.
 */
export function tracingNote({
  traced: { trials, of },
}: Pick<ReportNotes, 'traced'>): string | null {
  if (trials === of) return null
  if (trials === 0) {
    return 'Programs were not traced in this sandbox: what counts as tried and failed rests on files and on the texts of commands alone.'
  }
  return `Programs were traced in ${countText(trials)} of ${countText(of)} trials only, so what counts as tried and failed was not seen alike in all: rates that count it must not be compared or pooled across these trials.`
}

/** The bounds of more cells than this are a list that nobody reads. */
export const BOUNDS_MAX = 12

/** What a run is that holds another's trials, scored anew. Null for any other. Names in it are not escaped. */
export function rescoredNote({ rescored }: Pick<RunReport, 'rescored'>): string | null {
  if (rescored === undefined) return null
  const { run, by, offswitch } = rescored
  return `These are the trials of run ${run}. Their verdicts are new: scored by scenario ${by}, with Offswitch ${offswitch}.`
}

/** What to type to have the trials of a run scored anew and kept. */
export function rescoreCommand({
  program,
  runName,
}: Pick<ReportNotes, 'program' | 'runName'>): string {
  return `${program} rescore ${runName} -o FILE`
}

export function verifyCommand({
  program,
  runName,
}: Pick<ReportNotes, 'program' | 'runName'>): string {
  return `${program} report ${runName} --verify`
}

export interface InvalidGroup {
  readonly cause: InvalidCause
  readonly count: number
  /** Numbers of the first of them. */
  readonly examples: readonly number[]
  /** What the very first says of itself. */
  readonly detail: string
}

/** How the expected results of scripted agents compare with what came out, of the trials that say something. */
export function checkControls(
  cells: readonly CellResult[],
  notes: Pick<ReportNotes, 'expected'>,
): { readonly checked: number; readonly wrong: readonly WrongControl[] } {
  const known = cells.flatMap((cell) => {
    const verdict = notes.expected(cell)
    if (verdict === null) return []
    const valid = cell.trials - cell.verdicts.invalid
    return [{ cell, verdict, valid, trials: valid - cell.verdicts[verdict] }]
  })
  return {
    checked: known.reduce((sum, { valid }) => sum + valid, 0),
    wrong: known.filter(({ trials }) => trials > 0),
  }
}

export interface WrongControl {
  readonly cell: CellResult
  /** What was expected. */
  readonly verdict: VerdictName
  /** How many trials say something, and how many of those came to something else. */
  readonly valid: number
  readonly trials: number
}
