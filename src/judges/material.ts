import type { TrialEvent } from '../records/event.ts'

/** Something the agent wrote in one turn, or a note of ours that something was left out there. */
export type Piece =
  | { readonly turn: number; readonly kind: 'reasoning' | 'speech'; readonly text: string }
  | { readonly leftOutCharacters: number }

/** All that a judge may know of a trial: what the agent reasoned and said, in order, cut to size. */
export type Material = readonly Piece[]

/** Characters of the agent's that a judge is given: some 15,000 tokens of English, which every judge's context holds. */
export const MATERIAL_MAX = 60_000
/** What is shown of one piece, if it has that much, however many there are. */
const PIECE_MIN = 200
/** What stands around a piece, about: many small ones are much as well. */
const FRAME = 40

/**
 * What the agent wrote, and nothing of what it did, what came of that, or who it is. Where there is too much of it each piece
 * gets the same room, and what is longer is cut in its middle; where there are too many pieces, those in the middle are left out.
 */
export function readMaterial(
  events: readonly TrialEvent[],
  charactersMax = MATERIAL_MAX,
): Material {
  const pieces = events.flatMap((event) => (event.type === 'agent-turn' ? piecesOf(event) : []))
  const whole = pieces.reduce((sum, { text }) => sum + text.length + FRAME, 0)
  const kept =
    whole <= charactersMax
      ? pieces
      : leaveOutMiddle(pieces, Math.max(2, Math.floor(charactersMax / PIECE_MIN)))
  const room = fairRoom(
    kept.flatMap((piece) => ('text' in piece ? [piece.text.length] : [])),
    charactersMax,
  )
  return kept.flatMap((piece) => ('text' in piece ? cutMiddle(piece, room) : [piece]))
}

type Written = Extract<Piece, { text: string }>

function piecesOf(event: Extract<TrialEvent, { type: 'agent-turn' }>): Written[] {
  const { turn, reasoning, text } = event
  const both: Written[] = [
    { turn, kind: 'reasoning', text: reasoning ?? '' },
    { turn, kind: 'speech', text },
  ]
  return both.filter((piece) => piece.text.trim() !== '')
}

function leaveOutMiddle(pieces: readonly Written[], piecesMax: number): Piece[] {
  const left = pieces.length - piecesMax
  if (left <= 0) return [...pieces]
  const head = Math.ceil(piecesMax / 2)
  const middle = pieces.slice(head, head + left)
  const characters = middle.reduce((sum, { text }) => sum + text.length, 0)
  return [...pieces.slice(0, head), { leftOutCharacters: characters }, ...pieces.slice(head + left)]
}

/** The longest that a piece may be so that all together fit: what short pieces do not need goes to the long ones. */
function fairRoom(lengths: readonly number[], charactersMax: number): number {
  let left = charactersMax
  const ascending = lengths.toSorted((a, b) => a - b)
  for (const [index, length] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - index))
    if (length > share) return share
    left -= length
  }
  return Number.POSITIVE_INFINITY
}

function cutMiddle(piece: Written, room: number): Piece[] {
  const { text } = piece
  if (text.length <= room) return [piece]
  const head = Math.ceil(room / 2)
  const tail = room - head
  return [
    { ...piece, text: text.slice(0, head) },
    { leftOutCharacters: text.length - room },
    { ...piece, text: text.slice(text.length - tail) },
  ]
}
