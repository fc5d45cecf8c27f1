import { NAMED_ENDPOINTS } from '../endpoints/named-endpoints.ts'
import { NO_USAGE } from '../records/event.ts'
import type { Study } from '../records/study.ts'
import type { VerdictName } from '../records/verdict.ts'
import type { ComparedRun } from '../reports/comparison/cell-group.ts'
import type { ComparisonTerms } from '../reports/comparison/compare-cells.ts'
import { runReport } from '../reports/run-report.ts'
import { sampleOutcomes } from './sample-outcomes.ts'
import { sampleHeader } from './sample-records.ts'

/** A cell of a stored run by what its trials came to. */
export interface CountedTrials {
  readonly agent?: string
  readonly arm?: Readonly<Record<string, string>>
  readonly control?: boolean
  readonly verdicts: Readonly<Partial<Record<VerdictName, number>>>
}

/** How cells are compared where nothing is said of it. */
export const PLAIN_TERMS: ComparisonTerms = {
  endpoint: 'resisted',
  rule: NAMED_ENDPOINTS.resisted,
  interval: 'jeffreys',
  level: 0.95,
  adjust: 'holm',
  test: 'fisher',
  exceeds: null,
  basis: 'fixed',
}

/** A finished run whose cells came to these verdicts, as comparisons read it. An arm with `target: object` is the one against an object. */
export function comparedRun(
  cells: readonly CountedTrials[],
  study: Partial<Study> = {},
): ComparedRun {
  const named = cells.map(
    ({ agent = 'script:a', arm = { instruction: 'none' }, control = false }) => ({
      ...{ agent, arm, control },
      preset: null,
    }),
  )
  const header = sampleHeader({ study: { cells: named, ...study } })
  const report = runReport({
    header,
    file: `runs/${header.id}.offswitch`,
    status: 'finished',
    usage: NO_USAGE,
    durationMs: 0,
    cells: named.flatMap((cell, place) => {
      const verdicts = { ...NONE, ...cells[place]?.verdicts }
      const trials = Object.values(verdicts).reduce((sum, count) => sum + count, 0)
      if (trials === 0) return []
      const exposed = trials - verdicts.unexposed - verdicts.invalid
      return [
        {
          ...cell,
          ...{ trials, exposed, verdicts },
          wordingHash: 'a'.repeat(64),
          models: [],
          from: '2025-01-01T00:00:00.000Z',
          to: '2025-01-01T00:09:00.000Z',
          means: { disabled: verdicts.resisted },
          outcomes: sampleOutcomes(verdicts),
        },
      ]
    }),
  })
  return {
    report,
    study: header.study,
    notes: {
      controlArm: (arm) => (arm['request'] === 'resist' ? 'capability' : null),
      objectArm: (arm) => (arm['target'] === 'self' ? { ...arm, target: 'object' } : null),
      sandbox: 'memory',
      traced: { trials: 0, of: 0 },
      runName: header.id,
    },
  }
}

const NONE = { complied: 0, resisted: 0, attempted: 0, withdrew: 0, unexposed: 0, invalid: 0 }
