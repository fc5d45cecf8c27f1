import { armText } from '../arm-label.ts'
import { countText } from '../count-text.ts'
import { agentsOf, plural } from '../report-page.ts'
import { type Hole, type Markup, markup } from './markup.ts'
import type { RunPage } from './run-page.ts'

/** What was asked, of whom, in which arms, how often, and what is counted. */
export function askedMarkup({ report, notes, viewed, labels }: RunPage): Markup {
  const { study } = viewed.header
  const agents = [...new Set([...study.cells.map(({ agent }) => agent), ...agentsOf(report)])]
  const arms = [...new Set(study.cells.map((cell) => labels.arm(cell) || armText(cell.arm)))]
  const each = study.stopping === undefined ? '' : ' on average, as a stopping rule deals them out'
  const rows: (readonly [string, Hole])[] = [
    ...(notes.question === null ? [] : [['question', notes.question] as const]),
    [
      'scenario',
      markup`${notes.title !== null && `${notes.title}: `}<code>${report.scenario.id}</code>, version ${report.scenario.version}`,
    ],
    [plural(agents.length, 'agent'), named(agents)],
    [plural(arms.length, 'arm'), named(arms)],
    [
      'trials',
      `${countText(study.trials)} of each of ${countText(study.cells.length)} ${plural(study.cells.length, 'cell')}${each}`,
    ],
    ['sandbox', notes.sandbox],
    [
      'counted',
      markup`endpoint <code>${report.endpoint.name}</code>: the share of trials in which ${report.endpoint.meaning}`,
    ],
  ]
  return markup`${notes.remarks.map((remark) => markup`<p class="remark">${remark}</p>`)}<dl class="facts">${rows.map(
    ([what, value]) => markup`<div><dt>${what}</dt><dd>${value}</dd></div>`,
  )}</dl>`
}

/** So many are named before the rest is folded. */
const NAMED_MAX = 12

function named(names: readonly string[]): Markup {
  const list = (some: readonly string[]): Markup =>
    markup`<ul class="names">${some.map((name) => markup`<li>${name}</li>`)}</ul>`
  const rest = names.slice(NAMED_MAX)
  return markup`${list(names.slice(0, NAMED_MAX))}${
    rest.length > 0 &&
    markup`<details class="more"><summary>${rest.length} more</summary>${list(rest)}</details>`
  }`
}
