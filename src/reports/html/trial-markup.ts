import type { TrialRecord } from '../../records/trial.ts'
import { actName, BASIS_WORDS } from '../act-text.ts'
import { actsByEvent } from '../acts-by-event.ts'
import { trialFacts, whySentences } from '../trial-words.ts'
import { verdictSentence } from '../verdict-words.ts'
import { aimText } from './act-markup.ts'
import { timeText } from './entry-frame.ts'
import { type Markup, markup } from './markup.ts'
import { verdictMark } from './verdict-mark.ts'

/** What stands above a trial's time line: what it came to, and what it is. */
export function trialHeaderMarkup(record: TrialRecord): Markup {
  const { spec, verdict } = record
  const scenario = {
    name: 'scenario',
    value: `${spec.scenario.id}, version ${spec.scenario.version}`,
  } as const
  const facts = [...trialFacts(record).filter(({ name }) => name !== 'verdict'), scenario]
  return markup`<div class="trial-head"><p class="trial-verdict">${verdictMark(verdict.verdict)} ${reasonText(record)}</p><dl class="facts">${facts.map(
    ({ name, value }) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl></div>`
}

/** Why the verdict is what it is, and every act that was seen. */
export function trialEndingMarkup(
  record: TrialRecord,
  { eventHref }: { readonly eventHref: (seq: number) => string },
): Markup {
  return markup`<div class="trial-ending"><p class="trial-verdict">${verdictMark(record.verdict.verdict)} ${reasonText(record)} <code>${record.verdict.verdict}</code></p>${whySentences(
    record,
  ).map((sentence) => markup`<p>${sentence}</p>`)}${actsMarkup(record, eventHref)}</div>`
}

/** The verdict's sentence without the words that its mark has said. */
function reasonText({ verdict }: TrialRecord): string {
  const sentence = verdictSentence(verdict)
  const reason = sentence.slice(sentence.indexOf(': ') + 2)
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`
}

function actsMarkup(record: TrialRecord, eventHref: (seq: number) => string): Markup {
  if (record.acts.length === 0) return markup`<p>No act was seen that has a name.</p>`
  const times = new Map(record.events.map(({ seq, atMs }) => [seq, atMs]))
  const place = (seq: number): Markup => {
    const atMs = times.get(seq)
    return atMs === undefined
      ? markup`–`
      : markup`<a href="${eventHref(seq)}">${timeText(atMs)}</a>`
  }
  const rows = [...actsByEvent(record)]
    .flatMap(([seq, placed]) => placed.map((each) => ({ ...each, seq })))
    .toSorted((a, b) => a.place - b.place)
  return markup`<div class="wide" role="region" aria-label="Acts" tabindex="0"><table class="data acts-table"><thead><tr><th scope="col">act</th><th scope="col">known by</th><th scope="col">aim</th><th scope="col">caused at</th><th scope="col">shown at</th></tr></thead><tbody>${rows.map(
    ({ act, seq }) =>
      markup`<tr><th scope="row">${actName(act)}${act.detail !== undefined && markup` <code>${act.detail}</code>`}</th><td>${BASIS_WORDS[act.basis]}</td><td>${aimText(act)}</td><td>${place(seq)}</td><td>${place(act.seq)}</td></tr>`,
  )}</tbody></table></div>`
}
