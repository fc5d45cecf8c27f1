import type { Figure } from '../charts/figure.ts'
import { commonSentences } from '../report-words.ts'
import { armsMarkup } from './arms-markup.ts'
import { askedMarkup } from './asked-markup.ts'
import { cautionsMarkup } from './cautions-markup.ts'
import { cellNotesMarkup, cellsMarkup, verdictMeaningsMarkup } from './cells-markup.ts'
import { comparisonMarkup } from './comparison-markup.ts'
import { planMarkup, publishedMarkup, stoppingMarkup } from './declared-markup.ts'
import { figureMarkup } from './figure.ts'
import { findingsMarkup } from './findings-markup.ts'
import { flowMarkup, missingMarkup } from './flow-markup.ts'
import { glossaryMarkup } from './glossary-markup.ts'
import { labelsMarkup } from './labels-markup.ts'
import { type Markup, markup } from './markup.ts'
import { readerNotesMarkup } from './reader-notes-markup.ts'
import type { RunPage } from './run-page.ts'
import { repeatMarkup, studyMarkup, versionsMarkup } from './versions-markup.ts'

/** A part of a report under a heading of its own. */
export interface ReportSection {
  readonly id: string
  readonly title: string
  readonly body: Markup
}

/** The sections of a run's report before its transcripts. What there is nothing to say of is left out. */
export function sectionsBefore(page: RunPage, figures: readonly Figure[]): ReportSection[] {
  const { report } = page
  return [
    section('asked', 'What was asked', askedMarkup(page)),
    section('found', 'What was found', markup`${cautionsMarkup(page)}${findingsMarkup(page)}`),
    section(
      'figures',
      'Figures',
      figures.length === 0 ? null : markup`${figures.map(figureMarkup)}`,
    ),
    section('cells', 'Verdicts and rates', cellsSection(page)),
    section('flow', 'How far trials came', flowSection(page)),
    section(
      'comparisons',
      'Comparisons',
      report.comparisons === undefined ? null : comparisonMarkup(report.comparisons),
    ),
    section('stopping', 'Stopping early', stoppingMarkup(page)),
    section('plan', 'Plan and deviations', planMarkup(page)),
    section('published', 'Published results', publishedMarkup(page)),
    section('told', 'What agents were told', armsMarkup(page)),
    section('notes', 'Notes of readers', readerNotesMarkup(page)),
  ].filter((each) => each !== null)
}

/** Those after them. */
export function sectionsAfter(page: RunPage): ReportSection[] {
  return [
    section('judges', 'Labels by judges', labelsMarkup(page)),
    section('versions', 'Versions', markup`${versionsMarkup(page)}${studyMarkup(page)}`),
    section('repeat', 'How to repeat it', repeatMarkup(page)),
    section('words', 'Words', glossaryMarkup(page)),
  ].filter((each) => each !== null)
}

function section(id: string, title: string, body: Markup | null): ReportSection | null {
  return body === null ? null : { id, title, body }
}

function cellsSection(page: RunPage): Markup | null {
  const table = cellsMarkup(page)
  if (table === null) return null
  const common = commonSentences(page)
  return markup`${common.length > 0 && markup`<p>${common.join(' ')}</p>`}${table}<div class="below">${verdictMeaningsMarkup()}${cellNotesMarkup(page)}</div>`
}

function flowSection(page: RunPage): Markup | null {
  const flow = flowMarkup(page)
  const missing = missingMarkup(page)
  return flow === null && missing === null ? null : markup`${flow}${missing}`
}
