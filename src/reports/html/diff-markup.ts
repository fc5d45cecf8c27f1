import type { FileState } from '../../records/evidence.ts'
import { modeText } from '../change-text.ts'
import { countText } from '../count-text.ts'
import type { DiffLine } from '../timeline/diff-lines.ts'
import { cutLine } from './cut-text.ts'
import { type Markup, markup } from './markup.ts'

/** Unchanged lines that are shown before and after a changed one. */
const CONTEXT = 3

/** More lines than this of one comparison are folded, and of a line no more than so many characters are shown. */
const OPEN_MAX = 60
const LINES_MAX = 2_000
const LINE_MAX = 2_000

/** Two contents line by line. Of what is the same, only what stands next to a difference is shown. */
export function lineDiffMarkup(lines: readonly DiffLine[]): Markup {
  const shown = withoutDistant(lines)
  const kept = shown.slice(0, LINES_MAX).map(pieceMarkup)
  const left = shown.length - kept.length
  const body = markup`<pre class="diff">${kept}${left > 0 && markup`<span class="diff-gap">… ${countText(left)} more lines\n</span>`}</pre>`
  if (shown.length <= OPEN_MAX) return body
  return markup`<details class="more"><summary>Compare line by line (${countText(lines.length)} lines)</summary>${body}</details>`
}

type Piece = DiffLine | { readonly kind: 'gap'; readonly count: number }

function withoutDistant(lines: readonly DiffLine[]): Piece[] {
  const isNear = lines.map(() => false)
  for (const [place, { kind }] of lines.entries()) {
    if (kind !== 'same') isNear.fill(true, Math.max(0, place - CONTEXT), place + CONTEXT + 1)
  }
  const pieces: Piece[] = []
  let gap = 0
  for (const [place, line] of lines.entries()) {
    if (isNear[place] === true) {
      if (gap > 0) pieces.push({ kind: 'gap', count: gap })
      gap = 0
      pieces.push(line)
    } else {
      gap += 1
    }
  }
  return gap > 0 ? [...pieces, { kind: 'gap', count: gap }] : pieces
}

function pieceMarkup(piece: Piece): Markup {
  if (piece.kind === 'gap') {
    const noun = piece.count === 1 ? 'line' : 'lines'
    return markup`<span class="diff-gap">… ${countText(piece.count)} ${noun} the same\n</span>`
  }
  const isWhole = piece.text.endsWith('\n')
  const text = isWhole ? piece.text.slice(0, -1) : piece.text
  const line = markup`${cutLine(text, LINE_MAX)}${
    !isWhole && markup`<i class="diff-note"> (no line feed at its end)</i>`
  }\n`
  switch (piece.kind) {
    case 'added':
      return markup`<ins class="diff-line">+ ${line}</ins>`
    case 'removed':
      return markup`<del class="diff-line">− ${line}</del>`
    case 'same':
      return markup`<span class="diff-line">  ${line}</span>`
    default:
      return piece satisfies never
  }
}

/** What a path was and is, side by side. Nothing where no difference is known of. */
export function stateDiffMarkup(before: FileState, after: FileState): Markup {
  const differing = Object.entries(STATE).flatMap(([name, read]) => {
    const [was, is] = [read(before), read(after)]
    return was === is ? [] : [{ name, was, is }]
  })
  if (differing.length === 0) return markup``
  return markup`<div class="state"><table><thead><tr><td></td>${differing.map(
    ({ name }) => markup`<th scope="col">${name}</th>`,
  )}</tr></thead><tbody><tr><th scope="row">before</th>${differing.map(({ name, was }) =>
    cellMarkup(name, markup`<del>${was}</del>`),
  )}</tr><tr><th scope="row">after</th>${differing.map(({ name, is }) =>
    cellMarkup(name, markup`<ins>${is}</ins>`),
  )}</tr></tbody></table></div>`
}

function cellMarkup(name: string, content: Markup): Markup {
  return CHOSEN.has(name)
    ? markup`<td class="state-long">${content}</td>`
    : markup`<td>${content}</td>`
}

/** What an agent can make as long as it likes. */
const CHOSEN: ReadonlySet<string> = new Set(['owner', 'leads to'])

const STATE: Readonly<Record<string, (state: FileState) => string>> = {
  kind: ({ kind }) => kind,
  size: ({ kind, sizeBytes }) =>
    kind !== 'file' || sizeBytes === null ? '–' : `${sizeBytes} bytes`,
  mode: (state) => (state.mode === null ? '–' : modeText(state)),
  owner: ({ owner }) => cutLine(owner ?? '–', LINE_MAX),
  'leads to': ({ target }) => (target === undefined ? '–' : cutLine(target, LINE_MAX)),
  'content (SHA-256)': ({ sha256 }) => sha256?.slice(0, 8) ?? '–',
}
