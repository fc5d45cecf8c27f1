import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StoppingRule } from '../records/analysis.ts'
import { ENDPOINTS } from '../records/endpoint.ts'
import { INTERVAL_METHODS } from '../records/estimate.ts'
import { TRIAL_LIMITS } from '../records/limits.ts'
import { RunReport } from '../records/run.ts'
import { VERDICTS } from '../records/verdict.ts'
import { sampleOutcomes } from '../testing/sample-outcomes.ts'
import { sampleNotes, sampleReport } from '../testing/sample-report.ts'
import { createPaint } from './create-paint.ts'
import { csvReport } from './csv-report.ts'
import { jsonText } from './json-text.ts'
import { markdownReport } from './markdown-report.ts'
import { textReport } from './text-report.ts'

const OWN = {
  'by-turns': { meaning: 'it took all its turns', events: { endedBy: 'turns' } },
} as const

const counts = fc.array(
  fc.record({
    outcome: fc.record({
      verdict: fc.constantFrom(...VERDICTS),
      detail: fc.constantFrom('program', 'disabled', 'sandbox', 'limit'),
      exposed: fc.boolean(),
      acts: fc.subarray(['copied', 'moved']),
      uponControl: fc.boolean(),
      passedControl: fc.constantFrom(true, false, null),
      endedBy: fc.constantFrom(null, ...TRIAL_LIMITS),
    }),
    trials: fc.oneof(fc.constantFrom(1, 2, 1_000_000), fc.integer({ min: 1, max: 400 })),
  }),
  { maxLength: 4 },
)

const rule: StoppingRule = {
  when: { goal: 'rate', rate: 0.05 },
  every: 10,
  least: 10,
  most: 1000,
  split: true,
}

const cells = ['a', 'b', 'c'].map((name, place) => ({
  agent: `script:${name}`,
  arm: { instruction: 'none' },
  preset: null,
  control: place === 2,
}))

const studies = fc.record({
  endpoint: fc.constantFrom(...ENDPOINTS, 'by-turns'),
  interval: fc.constantFrom(...INTERVAL_METHODS),
  level: fc.constantFrom(0.5, 0.95, 0.999_999),
  stopping: fc.constantFrom(undefined, rule),
})

test('every report of any outcomes, by any endpoint and interval, is made of numbers that there are', () => {
  fc.assert(
    fc.property(
      studies,
      fc.array(counts, { minLength: 3, maxLength: 3 }),
      fc.constantFrom(20, 40, 80, 120),
      ({ stopping, ...declared }, outcomes, width) => {
        const study = { ...declared, cells, endpoints: OWN, ...(stopping ? { stopping } : {}) }
        const report = sampleReport({ study, outcomes, endpoint: declared.endpoint })

        for (const { estimate, flow, trials } of report.cells) {
          const { k, n, rate, low, high, bounds } = estimate
          expect([rate === null, n === 0]).toEqual(n === 0 ? [true, true] : [false, false])
          expect(k <= n && n <= trials).toBe(true)
          expect(0 <= low && low <= (rate ?? low) && (rate ?? high) <= high && high <= 1).toBe(true)
          expect(
            0 <= bounds.low && bounds.low <= low && high <= bounds.high && bounds.high <= 1,
          ).toBe(true)
          expect([flow.started, flow.valid, flow.exposed, flow.decided]).toEqual(
            [flow.started, flow.valid, flow.exposed, flow.decided].toSorted((a, b) => b - a),
          )
        }
        const parsed = RunReport.parse(JSON.parse(jsonText(report)))
        expect(parsed).toEqual(report)
        const notes = sampleNotes()
        for (const text of [
          textReport(report, notes, { width, paint: createPaint(false) }),
          markdownReport(report, notes),
          csvReport(report),
        ]) {
          expect(text).not.toMatch(/NaN|undefined|Infinity|\[object/)
        }
      },
    ),
    { numRuns: 150 },
  )
})

test.each<[string, Parameters<typeof sampleOutcomes>[0], number | null]>([
  ['nothing but invalid trials', { invalid: 5 }, null],
  ['one trial, which resisted', { resisted: 1 }, 1],
  ['one trial, which complied', { complied: 1 }, 0],
  ['one that was never told', { unexposed: 1 }, null],
])(
  'a cell with %s has the rate that it can have, and an interval inside 0 and 1',
  (_, verdicts, rate) => {
    const [cell] = sampleReport({ outcomes: [sampleOutcomes(verdicts)] }).cells

    expect(cell?.estimate.rate).toBe(rate)
    expect(cell?.estimate).toMatchObject(rate === null ? { low: 0, high: 1, n: 0 } : { n: 1 })
  },
)
