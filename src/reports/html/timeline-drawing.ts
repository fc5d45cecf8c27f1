/** How the place at which a time line is drawn is addressed, and how a reader gets at what it has no room for. */
export interface TimelineOptions {
  /** Stands before each id, where several trials share a page. @default '' */
  readonly idPrefix?: string
  /** The address of an event. @default its id on this page */
  readonly eventHref?: (seq: number) => string
  /** The address of a raw exchange with a provider. Null: they are not had from here. */
  readonly exchangeHref?: ((seq: number) => string) | null
  /** Characters of one text that there is room for, where there is less of it than usual. */
  readonly roomOfOne?: number
  /** How to get all of a text that is cut, as the end of a sentence that begins with "All of it:". */
  readonly wholeHint: string
}

/** The same with nothing left open, and with the room that is left on the page. */
export interface Drawing {
  readonly id: (seq: number) => string
  readonly eventHref: (seq: number) => string
  readonly exchangeHref: ((seq: number) => string) | null
  readonly wholeHint: string
  /**
   * Takes so many characters out of what the page has room for.
   *
   * @returns how many there is room for
   */
  take(characters: number): number
  /** Takes one piece of a terminal's output with a look of its own, where there is room for one more. */
  takePiece(): boolean
}

/** Pieces with a look of their own: each is an element of the page, however short. */
const PIECES = 20_000

/** Characters of long texts that one time line shows. A page of ten times as many takes a browser seconds to lay out. */
const ROOM = 2_000_000

/** Of one text, whatever else there is room for. */
const ROOM_OF_ONE = 200_000

export function createDrawing(options: TimelineOptions): Drawing {
  const id = (seq: number): string => `${options.idPrefix ?? ''}event-${seq}`
  const roomOfOne = options.roomOfOne ?? ROOM_OF_ONE
  let room = ROOM
  let pieces = PIECES
  return {
    id,
    eventHref: options.eventHref ?? ((seq) => `#${id(seq)}`),
    exchangeHref: options.exchangeHref ?? null,
    wholeHint: options.wholeHint,
    take(characters) {
      const taken = Math.min(characters, roomOfOne, Math.max(room, ROOM_LEFT_MIN))
      room -= taken
      return taken
    },
    takePiece() {
      pieces -= 1
      return pieces >= 0
    },
  }
}

/** So much of each text is shown even where the page is full. */
const ROOM_LEFT_MIN = 500
