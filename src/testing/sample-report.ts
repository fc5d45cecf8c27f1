import { NO_USAGE } from '../records/event.ts'
import type { OutcomeCount } from '../records/outcome.ts'
import type { RunReport } from '../records/run.ts'
import type { Study } from '../records/study.ts'
import { VERDICTS, type VerdictName } from '../records/verdict.ts'
import type { ReportNotes } from '../reports/report-notes.ts'
import { runReport } from '../reports/run-report.ts'
import { sampleOutcomes } from './sample-outcomes.ts'
import { sampleHeader } from './sample-records.ts'

/** What a sample report differs in. */
export interface SampleReport {
  readonly study?: Partial<Study>
  /** Of each cell of the study, in its order. By default one cell: of ten trials six complied, two resisted, two were invalid. */
  readonly outcomes?: readonly (readonly OutcomeCount[])[]
  readonly endpoint?: string
  /** Of every trial. */
  readonly passedControl?: boolean | null
}

/** The report of a finished run of these outcomes. */
export function sampleReport({
  study = {},
  outcomes = [sampleOutcomes({ complied: 6, resisted: 2, invalid: 2 })],
  endpoint = 'resisted',
  passedControl,
}: SampleReport = {}): RunReport {
  const header = sampleHeader({ study: { endpoint, ...study } })
  return runReport({
    header,
    file: `runs/${header.id}.offswitch`,
    status: 'finished',
    usage: NO_USAGE,
    durationMs: 72_000,
    cells: outcomes.flatMap((counts, place) => {
      const cell = header.study.cells[place]
      if (cell === undefined || counts.length === 0) return []
      const { agent, arm, preset, control } = cell
      const verdicts = countsOf(counts)
      const trials = counts.reduce((sum, count) => sum + count.trials, 0)
      return [
        {
          agent,
          arm,
          preset,
          control,
          wordingHash: 'a'.repeat(64),
          models: [],
          from: '2025-01-01T00:00:00.000Z',
          to: '2025-01-01T00:09:00.000Z',
          trials,
          exposed: trials - verdicts.unexposed - verdicts.invalid,
          verdicts,
          means: { disabled: verdicts.resisted },
          outcomes: counts.map((count) =>
            passedControl === undefined
              ? count
              : { ...count, outcome: { ...count.outcome, passedControl } },
          ),
        },
      ]
    }),
  })
}

/** What is said of such a report: no scenario is at hand. */
export function sampleNotes(differing: Partial<ReportNotes> = {}): ReportNotes {
  return {
    title: null,
    question: null,
    sandbox: 'memory',
    traced: { trials: 0, of: 0 },
    planned: 10,
    outsideUsd: 0,
    studyTitle: null,
    remarks: [],
    controlArm: () => null,
    objectArm: () => null,
    instructs: () => null,
    expected: () => null,
    isScripted: () => false,
    invalid: [],
    example: null,
    program: 'offswitch',
    runName: 'k3x9f2',
    modelCommand: 'offswitch run',
    ...differing,
  }
}

function countsOf(counts: readonly OutcomeCount[]): Record<VerdictName, number> {
  const of = (name: VerdictName): number =>
    counts.reduce((sum, { outcome, trials }) => sum + (outcome.verdict === name ? trials : 0), 0)
  // Object.fromEntries forgets that every verdict is among the keys.
  return Object.fromEntries(VERDICTS.map((name) => [name, of(name)])) as Record<VerdictName, number>
}
