import { countText } from '../count-text.ts'
import { cutText } from './cut-text.ts'
import { type Markup, markup } from './markup.ts'
import { createTerminal } from './terminal-markup.ts'
import type { Drawing } from './timeline-drawing.ts'

/** What is seen without opening anything. A text that is little longer is shown whole. */
const SHOWN = { lines: 40, characters: 4_000, more: 1.25 }

/** Somebody else's text of any length: its beginning, the rest folded, and a sentence about what there is no room for. */
export function longText(
  text: string,
  { look, drawing }: { readonly look: 'terminal' | 'said'; readonly drawing: Drawing },
): Markup {
  const kept = cutText(text, drawing.take(text.length))
  const head = headOf(kept)
  const rest = kept.slice(head.length)
  const left = text.slice(kept.length)
  const draw = look === 'terminal' ? createTerminal(drawing) : (piece: string) => [markup`${piece}`]
  return markup`${frame(draw(withoutLastFeed(head)), look)}${
    rest !== '' &&
    markup`<details class="more"><summary>${restText(rest)}</summary>${frame(draw(withoutLastFeed(rest)), look)}</details>`
  }${
    left !== '' &&
    markup`<p class="left-out">${bytesText(left)} more are left out here. All of it: ${drawing.wholeHint}.</p>`
  }`
}

/** `12,345 bytes` of UTF-8. */
function bytesText(text: string): string {
  return `${countText(new TextEncoder().encode(text).length)} bytes`
}

function frame(pieces: readonly Markup[], look: 'terminal' | 'said'): Markup {
  return look === 'terminal'
    ? markup`<pre class="terminal">${pieces}</pre>`
    : markup`<div class="said">${pieces}</div>`
}

function restText(rest: string): string {
  const lines = rest.split('\n').length - (rest.endsWith('\n') ? 1 : 0)
  return lines < 2 ? `${countText(rest.length)} more characters` : `${countText(lines)} more lines`
}

function headOf(text: string): string {
  if (text.length <= SHOWN.characters * SHOWN.more && !hasLines(text, SHOWN.lines * SHOWN.more)) {
    return text
  }
  let end = -1
  for (let line = 0; line < SHOWN.lines; line += 1) {
    const next = text.indexOf('\n', end + 1)
    if (next === -1 || next >= SHOWN.characters) {
      return cutText(text, end > SHOWN.characters / 2 ? end + 1 : SHOWN.characters)
    }
    end = next
  }
  return text.slice(0, end + 1)
}

/** Whether there are more lines than that. */
function hasLines(text: string, count: number): boolean {
  let end = -1
  for (let line = 0; line <= count; line += 1) {
    end = text.indexOf('\n', end + 1)
    if (end === -1) return false
  }
  return true
}

function withoutLastFeed(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text
}
