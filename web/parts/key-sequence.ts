export interface KeyPress {
  readonly key: string
  readonly atMs: number
}

/** A second key has to follow the first within this time. */
const PAUSE_MS_MAX = 1_500

/** Tells which of some key sequences (`g r`) a press ends; null: none. Of two with the same keys it is the last. */
export function keySequence(): <T extends { readonly keys: string }>(
  press: KeyPress,
  all: readonly T[],
) => T | null {
  let before: KeyPress | null = null
  return ({ key, atMs }, all) => {
    const lead = before !== null && atMs - before.atMs <= PAUSE_MS_MAX ? `${before.key} ` : null
    const found =
      (lead === null ? undefined : all.findLast(({ keys }) => keys === `${lead}${key}`)) ??
      all.findLast(({ keys }) => keys === key) ??
      null
    before = found === null ? { key, atMs } : null
    return found
  }
}
