import type { RenderedArm } from '../../records/arm.ts'
import type { ArmText } from '../../records/view.ts'
import { armText, type CellLabels } from '../arm-label.ts'
import { plural } from '../report-page.ts'
import { type Markup, markup } from './markup.ts'
import type { RunPage } from './run-page.ts'

/** Where there are more arms than this, each is folded. */
const OPEN_MAX = 3

/** What agents were told in each arm, word for word; what the first arm does not say is marked. */
export function armsMarkup({ viewed, labels }: RunPage): Markup {
  const { arms } = viewed
  const [first] = arms
  if (first === undefined) {
    return markup`<p>No text is at hand: no trial is stored, and this program does not have the scenario in the version that was run.</p>`
  }
  const marking =
    arms.length > 1 &&
    markup`<p>Paragraphs that the first arm does not have are <mark class="own">marked</mark>.</p>`
  return markup`${marking}${arms.map(
    (arm, place) =>
      markup`<details class="arm"${arms.length <= OPEN_MAX && markup` open`}><summary>${
        labels.arm(labelled(arm)) || armText(arm.arm)
      }</summary><p class="fine">${sourceText(arm)}</p>${messagesMarkup(arm, place === 0 ? null : first)}</details>`,
  )}`
}

function labelled({ arm, preset, name }: ArmText): Parameters<CellLabels['arm']>[0] {
  return { arm, preset, name: name ?? undefined }
}

function sourceText({ wordingHash, source, cells }: ArmText): Markup {
  const where =
    source === 'scenario'
      ? 'as the scenario renders it, which hashes to what was stored'
      : 'read off its first trial; the words of notices and of later messages stand in transcripts'
  return markup`Wording <code>${wordingHash.slice(0, 12)}</code>, ${where}; ${cells.length} ${plural(cells.length, 'cell')}.`
}

function messagesMarkup({ text }: ArmText, first: ArmText | null): Markup {
  if (text === null) {
    return markup`<p>No trial of this arm is stored, and the scenario is not at hand.</p>`
  }
  const all = messages(text)
  if (!first?.text) return markup`${all.map((message) => messageMarkup(message, null))}`
  const said = messages(first.text)
  const isSame = ({ title, body }: Message): boolean =>
    said.some((other) => other.title === title && other.body === body)
  const same = all.filter(isSame)
  const paragraphs = new Set(said.flatMap(({ body }) => body.split(PARAGRAPHS)))
  return markup`${all
    .filter((message) => !isSame(message))
    .map((message) => messageMarkup(message, paragraphs))}${
    same.length > 0 &&
    markup`<details class="more same"><summary>To the letter as in the first arm: ${same
      .map(({ title }) => title.toLowerCase())
      .join(', ')}</summary>${same.map((message) => messageMarkup(message, null))}</details>`
  }`
}

function messageMarkup({ title, body }: Message, said: ReadonlySet<string> | null): Markup {
  return markup`<div class="message"><p class="title">${title}</p><pre tabindex="0">${markedText(body, said)}</pre></div>`
}

interface Message {
  readonly title: string
  readonly body: string
}

/** In the order in which an agent meets them. */
function messages(text: RenderedArm): Message[] {
  return [
    { title: 'System message', body: text.system },
    { title: 'User message', body: text.user },
    ...Object.entries(text.notices).map(([id, body]) => ({ title: `Notice “${id}”`, body })),
    { title: 'Neutral message to go on', body: text.continueMessage },
    ...Object.entries(text.replies ?? {}).map(([id, body]) => ({
      title: `What a program answers (${id})`,
      body,
    })),
  ].filter(({ body }) => body !== '')
}

// A group, so that what stands between paragraphs is kept: what is shown is what was sent.
const PARAGRAPHS = /(\n{2,})/

/** The text to the letter, its paragraphs marked that are not among those of the first arm. */
function markedText(body: string, said: ReadonlySet<string> | null): Markup {
  if (said === null) return markup`${body}`
  return markup`${body
    .split(PARAGRAPHS)
    .map((piece) =>
      said.has(piece) || piece.trim() === '' ? piece : markup`<mark class="own">${piece}</mark>`,
    )}`
}
