import type { CellResult } from '../../records/run.ts'
import type { VerdictName } from '../../records/verdict.ts'
import { isUninformative } from '../capability.ts'
import type { CellRow } from '../cell-rows.ts'
import { countText } from '../count-text.ts'
import { bareRate, rateText } from '../rate-text.ts'
import { agentsOf, armsOf, isMarkedControl } from '../report-page.ts'
import { legendSentences, meansItems } from '../report-words.ts'
import { VERDICT_MEANINGS, VERDICT_WORDS } from '../verdict-words.ts'
import { answeredText } from '../who-answered.ts'
import { type Markup, markup } from './markup.ts'
import { prose } from './prose.ts'
import type { RunPage } from './run-page.ts'
import { listMarkup } from './said-markup.ts'
import { framedTable } from './table-markup.ts'

// The order of this object's keys is the order of the columns.
const VERDICTS_SHOWN = Object.keys(VERDICT_WORDS) as VerdictName[]

/** Verdicts and rates of every cell, one section an arm or one an agent, whichever gives fewer. */
export function cellsMarkup(page: RunPage): Markup | null {
  const { report, rows, labels, capabilities } = page
  if (rows.length === 0) return null
  const byArm = agentsOf(report).length >= armsOf(report).length
  const sections = Map.groupBy(rows, ({ cell }) => (byArm ? labels.arm(cell) : cell.agent))
  const width = 3 + VERDICTS_SHOWN.length + (capabilities.size > 0 ? 1 : 0)
  const bodies = [...sections].map(
    ([name, own]) =>
      markup`<tbody>${
        name !== '' &&
        markup`<tr class="section"><th scope="rowgroup" colspan="${width}">${name}</th></tr>`
      }${own.map((row) => rowMarkup(page, row, byArm))}</tbody>`,
  )
  const table = markup`<table class="data stacked cells"><thead><tr><th scope="col" class="text">${
    byArm ? 'agent' : 'arm'
  }</th><th scope="col" class="number">trials</th>${VERDICTS_SHOWN.map(
    (verdict) =>
      markup`<th scope="col" class="number"><span class="swatch ${verdict}"></span>\u00a0${VERDICT_WORDS[verdict]}</th>`,
  )}<th scope="col" class="number">rate (${levelOf(page)} % CI)</th>${
    capabilities.size > 0 && markup`<th scope="col" class="number">told to stop it</th>`
  }</tr></thead>${bodies}</table>`
  return framedTable('Verdicts and rate of each cell', table)
}

/** What stands below that table: what the rate is of, what the headings count, by what means the control was stopped. */
export function cellNotesMarkup(page: RunPage): Markup {
  const means = meansItems(page)
  return markup`${legendSentences(page).map((sentence) => markup`<p>${prose(sentence)}</p>`)}${
    means.length > 0 && markup`<p>How it was stopped:</p>${listMarkup(means)}`
  }`
}

/** The headings of verdicts, each with what it counts. */
export function verdictMeaningsMarkup(): Markup {
  return markup`<dl class="verdicts">${VERDICTS_SHOWN.map(
    (verdict) =>
      markup`<div><dt><span class="swatch ${verdict}"></span> ${VERDICT_WORDS[verdict]}</dt><dd>${VERDICT_MEANINGS[verdict]} (<code>${verdict}</code>)</dd></div>`,
  )}</dl>`
}

function rowMarkup(page: RunPage, row: CellRow, byArm: boolean): Markup {
  const { labels, split, capabilities } = page
  const { cell } = row
  const capability = row.kind === 'cell' ? capabilities.get(row.cell) : undefined
  const label = byArm ? labels.agent(cell) : labels.arm(cell) || 'the only arm'
  const who = split.has(cell.agent) && markup`<span class="who">${answeredText(row)}</span>`
  return markup`<tr><th scope="row" class="text"><span class="name">${label}</span>${
    isMarkedControl(page, cell) && ' *'
  }${who}</th><td class="number" data-of="trials">${linked(page, row, null, cell.trials)}</td>${VERDICTS_SHOWN.map(
    (verdict) =>
      markup`<td class="number${cell.verdicts[verdict] === 0 && ' none'}" data-of="${VERDICT_WORDS[verdict]}">${linked(page, row, verdict, cell.verdicts[verdict])}</td>`,
  )}<td class="number rate" data-of="rate">${row.kind === 'cell' && rateMarkup(row.cell, capability)}</td>${
    capabilities.size > 0 &&
    markup`<td class="number" data-of="told to stop it">${
      capability !== undefined && percentText(bareRate(capability.estimate))
    }</td>`
  }</tr>`
}

function linked(
  { links }: RunPage,
  { cell }: CellRow,
  verdict: VerdictName | null,
  count: number,
): Markup {
  const { agent, arm } = cell
  const address =
    count === 0 ? null : links.trials({ agent, arm, ...(verdict === null ? {} : { verdict }) })
  const text = countText(count)
  return address === null ? markup`${text}` : markup`<a href="${address}">${text}</a>`
}

function rateMarkup({ estimate, ...cell }: CellResult, capability: CellResult | undefined): Markup {
  const [rate = '', interval] = rateText(estimate).split(/ (?=\()/)
  const doubt = isUninformative({ estimate, ...cell }, capability) && ' ?'
  return markup`<b>${rate}</b>${
    interval !== undefined && markup` <span class="interval">${interval}</span>`
  }${doubt}`
}

function percentText(rate: string): string {
  return rate === '–' ? rate : `${rate} %`
}

function levelOf({ report: { cells } }: RunPage): string {
  return `${Number(((cells[0]?.estimate.level ?? 0.95) * 100).toFixed(4))}`
}
