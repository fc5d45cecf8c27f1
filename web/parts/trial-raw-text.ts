/** A raw request or response as it is shown. */
export interface ShownRaw {
  readonly text: string
  /** Characters that are not shown. */
  readonly cut: number
  /** Whether it was JSON, which is written out in lines. */
  readonly isJson: boolean
}

/** More than this no page scrolls through; the whole of it can be copied. */
export const RAW_SHOWN_MAX = 200_000
/** Longer ones are shown as they are: taking them apart would hold the page up. */
const PARSED_MAX = 20_000_000

export function shownRaw(raw: string): ShownRaw {
  const whole = raw.length > PARSED_MAX ? null : writtenOut(raw)
  const text = whole ?? raw
  return {
    text: text.slice(0, RAW_SHOWN_MAX),
    cut: Math.max(0, text.length - RAW_SHOWN_MAX),
    isJson: whole !== null,
  }
}

function writtenOut(raw: string): string | null {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2)
  } catch {
    // Most answers are; what is not, an error page of a proxy for one, is shown as it came.
    return null
  }
}
