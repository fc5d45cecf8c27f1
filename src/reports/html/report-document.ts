import type { ComparisonReport } from '../../records/comparison.ts'
import type { Figure } from '../charts/figure.ts'
import { isFound } from '../comparison/comparison-words.ts'
import { countText } from '../count-text.ts'
import { comparisonFindings } from '../findings.ts'
import { plural, sumOf } from '../report-page.ts'
import { runSentence } from '../report-words.ts'
import { comparisonMarkup } from './comparison-markup.ts'
import { figureMarkup } from './figure.ts'
import { type Markup, markup, trusted } from './markup.ts'
import { type ReportSection, sectionsAfter, sectionsBefore } from './report-sections.ts'
import type { RunPage } from './run-page.ts'
import { saidMarkup } from './said-markup.ts'
import { tableMarkup } from './table-markup.ts'
import { type Transcripts, transcriptsSection } from './transcripts-section.ts'

/** One run of a report. */
export interface ReportedRun {
  readonly page: RunPage
  readonly figures: readonly Figure[]
  readonly transcripts: Transcripts
  /** Stands before each id of it. */
  readonly idPrefix: string
}

/** Runs of one scenario, set against each other; or why they are not. */
export type ComparedRuns =
  | { readonly comparison: ComparisonReport; readonly figures: readonly Figure[] }
  | { readonly problem: string }

export interface ReportDocument {
  readonly runs: readonly ReportedRun[]
  readonly compared: readonly ComparedRuns[]
  /** The style sheet, and its SHA-256 in base64: nothing else may style the page. */
  readonly style: { readonly text: string; readonly sha256: string }
  /** Version that writes it. */
  readonly offswitch: string
}

/**
 * The report as one file that opens anywhere: no script, no address outside itself, and a policy that allows neither. It is written
 * piece by piece, so that a run of any size costs no memory.
 */
export async function* reportDocument(report: ReportDocument): AsyncGenerator<string> {
  const { runs } = report
  const [only] = runs
  const isOne = runs.length === 1 && only !== undefined
  yield headText(report, isOne ? runTitle(only.page) : `${runs.length} runs`)
  if (isOne) {
    yield* runText(only, 1)
  } else {
    yield overviewText(report)
    for (const run of runs) yield* runText(run, 2)
  }
  yield markup`<footer class="page-foot"><p>Written by Offswitch ${report.offswitch}. This page is whole: it loads nothing, and runs no script.</p></footer></body></html>
`.toString()
}

function runTitle({ notes, report }: RunPage): string {
  return `${notes.studyTitle ?? notes.title ?? report.scenario.id} – run ${report.run}`
}

function headText({ style }: ReportDocument, title: string): string {
  const policy = `default-src 'none'; style-src 'sha256-${style.sha256}'; img-src data:; base-uri 'none'; form-action 'none'`
  const head = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trusted(style.text)}</style></head><body class="report">
`
  return head.toString()
}

async function* runText(run: ReportedRun, level: 1 | 2): AsyncGenerator<string> {
  const { page, idPrefix, figures, transcripts } = run
  const before = sectionsBefore(page, figures)
  const after = sectionsAfter(page)
  const place = { idPrefix, level }
  const titles = [...before, TRANSCRIPTS, ...after]
  yield markup`<article class="run" id="${idPrefix}top"><header class="run-head">${heading(
    level,
    runTitle(page),
  )}<p class="lead">${runSentence(page)}</p></header>
${contents(titles, { ...place, name: level === 1 ? 'Contents' : `Contents of run ${page.report.run}` })}<div class="sections">
`.toString()
  for (const each of before) yield sectionText(each, place)
  yield opening(TRANSCRIPTS, place).toString()
  yield* transcriptsSection(page, transcripts, idPrefix)
  yield '</section>\n'
  for (const each of after) yield sectionText(each, place)
  yield '</div></article>\n'
}

const TRANSCRIPTS = { id: 'transcripts', title: 'Transcripts' }

interface Place {
  readonly idPrefix: string
  readonly level: 1 | 2
}

function contents(
  titles: readonly Pick<ReportSection, 'id' | 'title'>[],
  { idPrefix, name }: Place & { readonly name: string },
): Markup {
  return markup`<nav class="contents" aria-label="${name}"><ol>${titles.map(
    ({ id, title }) => markup`<li><a href="#${idPrefix}${id}">${title}</a></li>`,
  )}</ol></nav>`
}

function opening({ id, title }: Pick<ReportSection, 'id' | 'title'>, place: Place): Markup {
  return markup`<section id="${place.idPrefix}${id}">${heading(place.level + 1, title)}`
}

function sectionText(section: ReportSection, place: Place): string {
  return markup`${opening(section, place)}${section.body}</section>
`.toString()
}

/** Its level follows from whether the document is of one run or of several. */
function heading(level: number, text: string): Markup {
  switch (level) {
    case 1:
      return markup`<h1>${text}</h1>`
    case 2:
      return markup`<h2>${text}</h2>`
    default:
      return markup`<h3>${text}</h3>`
  }
}

/** What the runs are, and how those of one scenario differ. */
function overviewText({ runs, compared }: ReportDocument): string {
  const table = tableMarkup(
    'Runs of this report',
    [
      { heading: 'run' },
      { heading: 'what' },
      { heading: 'scenario' },
      { heading: 'status' },
      { heading: 'cells', isNumber: true },
      { heading: 'trials', isNumber: true },
      { heading: 'sandbox' },
    ],
    runs.map(({ page: { report, notes }, idPrefix }) => [
      markup`<a href="#${idPrefix}top">${report.run}</a>`,
      notes.studyTitle ?? notes.title ?? '',
      `${report.scenario.id}, version ${report.scenario.version}`,
      report.status,
      countText(report.cells.length),
      countText(sumOf(report.cells, ({ trials }) => trials)),
      notes.sandbox,
    ]),
  )
  const page = markup`<header class="run-head"><h1>Report of ${runs.length} runs</h1></header>
<div class="sections"><section id="runs">${table}</section>${compared.map(
    (each, place) =>
      markup`<section id="compared-${place + 1}"><h2>The runs compared</h2>${comparedMarkup(each)}</section>`,
  )}</div>
`
  return page.toString()
}

function comparedMarkup(compared: ComparedRuns): Markup {
  if ('problem' in compared) return markup`<p>They are not: ${compared.problem}.</p>`
  const { comparison, figures } = compared
  const { results } = comparison
  const found = results.filter(isFound)
  const sentence = `${results.length} ${plural(results.length, 'comparison')}, in ${found.length === 0 ? 'none' : found.length} of which the rates are shown to differ${found.length === 0 ? '.' : ':'}`
  return markup`${saidMarkup(
    sentence,
    comparisonFindings({ ...comparison, results: found }),
  )}${figures.map(figureMarkup)}${comparisonMarkup(comparison)}`
}
