import type { RunReport } from '../records/run.ts'
import { cautionLines, cautionsOf } from './caution-part.ts'
import { comparisonLines } from './comparison/comparison-text.ts'
import { escapeLine } from './escape-text.ts'
import { flowLines } from './flow-part.ts'
import { judgeLines } from './judging/judge-text.ts'
import type { Paint } from './paint.ts'
import { planLines } from './planning/plan-part.ts'
import { publishedLines } from './published/published-part.ts'
import { noteLines } from './reader-notes.ts'
import { type ReportNotes, verifyCommand } from './report-notes.ts'
import { createPage, isAllScripted, type Page, sumOf } from './report-page.ts'
import { reportTable } from './report-table.ts'
import {
  ALL_SCRIPTED,
  commonSentences,
  controlsSaid,
  legendSentences,
  meansItems,
  missingSaid,
  runSentence,
} from './report-words.ts'
import { stoppingLines } from './stopping/stopping-part.ts'
import { hangText, wrapText } from './text-width.ts'
import { VERDICT_WORDS } from './verdict-words.ts'

export interface TextReportOptions {
  /** Columns of the terminal. */
  readonly width: number
  readonly paint: Paint
}

/** What a person reads at the end of a run. */
export function textReport(
  report: RunReport,
  notes: ReportNotes,
  options: TextReportOptions,
): string {
  const page = createPage(report, notes, options)
  const parts = [
    headline(page),
    cautionLines(cautionsOf(page.report, verifyCommand(page.notes)), page),
    controlsBanner(page),
    report.cells.length === 0 ? ['No trial has ended yet.'] : reportTable(page),
    legend(page),
    meansLines(page),
    controlsLines(page),
    flowLines(page),
    invalidLines(page),
    planLines(report, page.width),
    stoppingLines(report, page),
    report.comparisons === undefined ? [] : comparisonLines(report.comparisons, page),
    publishedLines(report, page),
    judgeLines(report.judges ?? [], page),
    noteLines(report.notes ?? [], page),
    nextSteps(page),
  ]
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function headline(page: Page): string[] {
  const { report, notes, paint, width } = page
  const { id, version } = report.scenario
  const title = notes.title === null ? '' : `${escapeLine(notes.title)} – `
  const study = notes.studyTitle === null ? [] : [notes.studyTitle]
  const sentences = [...study, ...notes.remarks, runSentence(page), ...commonSentences(page)]
  return [
    paint.strong(`${title}${escapeLine(id)}, version ${escapeLine(version)}`),
    ...(notes.question === null ? [] : wrapText(escapeLine(notes.question), width)),
    '',
    ...sentences.flatMap((sentence) => wrapText(escapeLine(sentence), width)),
  ]
}

function controlsBanner(page: Page): string[] {
  const { paint, width } = page
  return isAllScripted(page) ? wrapText(ALL_SCRIPTED, width).map(paint.notable) : []
}

function legend(page: Page): string[] {
  return legendSentences(page).flatMap((sentence) => wrapText(escapeLine(sentence), page.width))
}

function meansLines(page: Page): string[] {
  const items = meansItems(page)
  return items.length === 0 ? [] : ['How it was stopped:', ...listed(items, page)]
}

function controlsLines(page: Page): string[] {
  const said = controlsSaid(page)
  if (said === null) return []
  const { paint, width } = page
  const lines = wrapText(said.sentence, width).map(said.isGood ? paint.good : paint.bad)
  return [...lines, ...listed(said.items, page)]
}

function invalidLines(page: Page): string[] {
  return missingSaid(page).flatMap(({ sentence, items }) => [
    ...wrapText(escapeLine(sentence), page.width),
    ...listed(items, page),
  ])
}

function listed(items: readonly string[], { width }: Page): string[] {
  return items.flatMap((item) => hangText(`  ${escapeLine(item)}`, width, 4))
}

function nextSteps(page: Page): string[] {
  const { report, notes, paint } = page
  const { example, program, runName } = notes
  // What was scored anew is taken up in the run that it is of.
  const canGoOn = report.rescored === undefined
  const steps = [
    ...(example === null
      ? []
      : [
          [
            `Read every step of a trial (this one: ${VERDICT_WORDS[example.verdict]}):`,
            `${program} show ${runName} ${example.number}`,
          ],
        ]),
    ...(canGoOn && (report.status === 'interrupted' || isCutShort(page))
      ? [['Run the trials that are missing:', `${program} resume ${runName}`]]
      : []),
    ...(canGoOn && report.status === 'capped'
      ? [
          [
            'Run the trials that are missing, with a higher cap:',
            `${program} resume ${runName} --max-cost USD`,
          ],
        ]
      : []),
    ...(isAllScripted(page)
      ? [['Run a real model (its key in the environment):', notes.modelCommand]]
      : []),
  ]
  return [
    ...steps.flatMap(([what = '', command = '']) => [what, `  ${paint.strong(command)}`]),
    `Everything is stored in ${escapeLine(report.file)}`,
  ]
}

function isCutShort({ report, notes }: Page): boolean {
  return report.status === 'stopped' && sumOf(report.cells, ({ trials }) => trials) < notes.planned
}
