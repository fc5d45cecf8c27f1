import type { Arm } from '../../records/arm.ts'
import type { VerdictName } from '../../records/verdict.ts'
import type { ViewedRun } from '../../records/view.ts'
import { type ReportParts, reportParts } from '../report-page.ts'
import { notesOf } from '../sent-notes.ts'

/** What the parts of a run's page are made from. Every part is a function from it to HTML without a heading; null: nothing to say. */
export interface RunPage extends ReportParts {
  readonly viewed: ViewedRun
  readonly links: PageLinks
}

/** Trials of one cell, or those of one verdict among them. */
export interface LinkedTrials {
  readonly agent: string
  readonly arm: Arm
  readonly verdict?: VerdictName
}

/** Where a page leads. Null: there is nothing to lead to. */
export interface PageLinks {
  trial(number: number): string | null
  trials(which: LinkedTrials): string | null
}

const NO_LINKS: PageLinks = { trial: () => null, trials: () => null }

export function runPage(viewed: ViewedRun, links: PageLinks = NO_LINKS): RunPage {
  const { report, notes } = viewed
  return { ...reportParts(report, notesOf(notes, report)), viewed, links }
}
