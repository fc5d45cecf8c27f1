import { escapeText } from './escape-text.ts'
import { chopText } from './text-width.ts'

/** Of a long output, its head and its tail are shown. */
const LINES_SHOWN = { head: 24, tail: 8 }

/**
 * Somebody else's text as lines of at most `width` columns, each behind a mark of ours, so that none of it can pass for
 * a line of the report. Unless `full`, the middle of a long text is left out with a note.
 */
export function quoteText(
  text: string,
  options: {
    /** What stands before the first line, before the others, and before what a line too long goes on with. */
    readonly first: string
    readonly rest: string
    readonly more: string
    readonly width: number
    readonly paint: (text: string) => string
    readonly full: boolean
  },
): string[] {
  const room = Math.max(10, options.width - options.rest.length)
  const body = text.endsWith('\n') ? text.slice(0, -1) : text
  const lines = escapeText(body)
    .split('\n')
    .flatMap((line, index) =>
      chopText(expandTabs(line), room).map((piece, place) => ({
        mark: place > 0 ? options.more : index > 0 ? options.rest : options.first,
        piece,
      })),
    )
  const shown = options.full ? lines : shorten(lines, options.rest)
  return shown.map(({ mark, piece }) => `${mark}${options.paint(piece)}`)
}

interface QuotedLine {
  readonly mark: string
  readonly piece: string
}

function shorten(lines: readonly QuotedLine[], mark: string): QuotedLine[] {
  const left = lines.length - LINES_SHOWN.head - LINES_SHOWN.tail
  if (left <= 1) return [...lines]
  return [
    ...lines.slice(0, LINES_SHOWN.head),
    { mark, piece: `[… ${left} lines left out here; --full shows them]` },
    ...lines.slice(-LINES_SHOWN.tail),
  ]
}

function expandTabs(line: string): string {
  let expanded = ''
  for (const character of line) {
    expanded += character === '\t' ? ' '.repeat(8 - (expanded.length % 8)) : character
  }
  return expanded
}
