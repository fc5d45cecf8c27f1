import type { TrialRecord } from '../../records/trial.ts'
import type { SearchHit } from '../../records/view.ts'
import { searchedTexts } from './searched-texts.ts'

/** Letters that are shown before what was found, and after it. */
const BEFORE = 60
const AFTER = 100
/** More of the find itself is cut: it is what the reader has typed. */
const FOUND_MAX = 200

/** Finds a text in transcripts, letters' case aside. */
export function createFinder(text: string): (record: TrialRecord) => SearchHit | null {
  const pattern = patternOf(text)
  return ({ spec, events }) => {
    for (const event of events) {
      for (const within of searchedTexts(event)) {
        const found = pattern.exec(within)
        if (found === null) continue
        const end = found.index + found[0].length
        return { number: spec.number, seq: event.seq, ...excerptOf(within, found.index, end) }
      }
    }
    return null
  }
}

/** The letters of a text as they stand, in small or capital ones. */
export function patternOf(text: string): RegExp {
  return new RegExp(text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'iu')
}

/** What stands around a find, with its place in that. No pair of surrogates is torn. */
function excerptOf(
  text: string,
  start: number,
  end: number,
): Pick<SearchHit, 'excerpt' | 'start' | 'end'> {
  const shownEnd = Math.min(end, start + FOUND_MAX)
  const from = whole(text, Math.max(0, start - BEFORE))
  const to = whole(text, Math.min(text.length, shownEnd + AFTER))
  return { excerpt: text.slice(from, to), start: start - from, end: shownEnd - from }
}

function whole(text: string, at: number): number {
  const code = text.charCodeAt(at)
  const isSecond = code >= 0xdc00 && code <= 0xdfff
  const before = text.charCodeAt(at - 1)
  return isSecond && before >= 0xd800 && before <= 0xdbff ? at - 1 : at
}
