import type { MaxInvalid } from '../records/study.ts'
import { printable, unknownChoice } from '../support/choices.ts'
import { UsageError } from '../support/errors.ts'

// What stands behind a flag is checked as it is read, so that the message can name the flag.

/** A whole number from `low` to `high`. */
export function wholeNumber(
  flag: string,
  { low, high = Number.MAX_SAFE_INTEGER }: { readonly low: number; readonly high?: number },
): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= low && value <= high) return value
    const to = high === Number.MAX_SAFE_INTEGER ? `${low} or more` : `from ${low} to ${high}`
    throw new UsageError(
      `Cannot use ${flag} "${printable(text)}": it must be a whole number, ${to}`,
    )
  }
}

/** A number from `low` to `high`; with `open`, neither of the two. */
export function decimal(
  flag: string,
  {
    low,
    high,
    open = false,
  }: { readonly low: number; readonly high: number; readonly open?: boolean },
): (text: string) => number {
  return (text) => {
    const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN
    if (open ? value > low && value < high : value >= low && value <= high) return value
    const range = open ? `above ${low} and below ${high}` : `from ${low} to ${high}`
    throw new UsageError(`Cannot use ${flag} "${printable(text)}": it must be a number ${range}`)
  }
}

/** How many trials may be invalid: `5`, or a share of those planned, `10%`. */
export function maxInvalid(flag: string): (text: string) => MaxInvalid {
  return (text) => {
    if (/^\d+$/.test(text)) return { trials: Number(text) }
    const percent = /^\d*\.?\d+%$/.test(text) ? Number(text.slice(0, -1)) : Number.NaN
    if (percent <= 100) return percent / 100
    throw new UsageError(
      `Cannot use ${flag} "${printable(text)}": it must be a number of trials, as 5, or a share of them, as 10%`,
    )
  }
}

/** One of a closed list. */
export function choice<const T extends string>(
  flag: string,
  choices: readonly T[],
): (text: string) => T {
  return (text) => {
    const found = choices.find((each) => each === text)
    if (found === undefined) throw unknownChoice(`value of ${flag}`, text, choices)
    return found
  }
}

/** A flag that may be repeated, each time with one name or several between commas. */
export function names(flag: string): (text: string, previous?: readonly string[]) => string[] {
  return (text, previous = []) => {
    const given = text.split(',').map((name) => name.trim())
    if (given.includes('')) {
      throw new UsageError(`Cannot use ${flag} "${printable(text)}": a name is missing in it`)
    }
    return [...previous, ...given]
  }
}

/** A flag that may be repeated, each time with `key=value`. */
export function pairs(
  flag: string,
  form: string,
): (text: string, previous?: readonly [string, string][]) => [string, string][] {
  return (text, previous = []) => {
    const at = text.indexOf('=')
    const key = text.slice(0, Math.max(0, at)).trim()
    const value = text.slice(at + 1).trim()
    if (key === '' || value === '') {
      throw new UsageError(`Cannot use ${flag} "${printable(text)}": it is written ${flag} ${form}`)
    }
    return [...previous, [key, value]]
  }
}
