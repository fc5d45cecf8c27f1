import { type Markup, markup } from './markup.ts'
import { applyRendition, type Rendition, renditionClasses } from './rendition.ts'

/**
 * Draws output as a terminal shows it, one piece after another. Colours and weight of letters become classes; nothing can be hidden
 * by them, since no sequence conceals, and a background is drawn as a frame. Whatever else would steer a terminal stands there as it
 * was written, in escapes: titles, links, movements of the cursor, carriage returns.
 */
export function createTerminal(
  options: {
    /** Asked before each piece with a look of its own; once it says no, all that steers is shown as it was written. */
    readonly takePiece: () => boolean
  } = { takePiece: () => true },
): (text: string) => Markup[] {
  let rendition: Rendition = {}
  let classes = ''
  return (text) => {
    const pieces: Markup[] = []
    let run = ''
    let done = 0
    const flush = (): void => {
      if (run !== '') pieces.push(runMarkup(run, classes))
      run = ''
    }
    for (const found of text.matchAll(SEQUENCE)) {
      const [sequence, numbers] = found
      run += text.slice(done, found.index)
      done = found.index + sequence.length
      const next = numbers === undefined ? null : applyRendition(rendition, numbers)
      const nextClasses = next === null ? classes : renditionClasses(next)
      if (next !== null && nextClasses === classes) {
        rendition = next
      } else if (!options.takePiece()) {
        run += sequence
      } else if (next === null) {
        flush()
        pieces.push(markup`<span class="steering">${sequence}</span>`)
      } else {
        flush()
        rendition = next
        classes = nextClasses
      }
    }
    run += text.slice(done)
    flush()
    return pieces
  }
}

// In order: how letters look (its numbers are caught); other sequences with numbers; those that run up to a terminator (titles, links);
// two letters; any other character that steers. Each begins with a character that none goes on with, so that time is linear.
const SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  // oxlint-disable-next-line no-control-regex
  /\u001b\[([\d;:]*)m|\u001b\[[0-?]*[ -/]*[@-~]?|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]?|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f]+/g

function runMarkup(text: string, classes: string): Markup {
  return classes === '' ? markup`${text}` : markup`<span class="${classes}">${text}</span>`
}
