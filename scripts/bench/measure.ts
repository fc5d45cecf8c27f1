import { systemClock } from '../../src/support/clock.ts'

export const clock = systemClock()
/** Nobody interrupts a measurement. */
export const signal = new AbortController().signal

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = clock.elapsedMs()
  await work()
  return clock.elapsedMs() - startedMs
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** @param wanted what the ratio must be, in words */
export function print(what: string, ratio: number, wanted: string): void {
  process.stdout.write(`${what}: ${ratio.toFixed(2)} (${wanted})\n`)
}
