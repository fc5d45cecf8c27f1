import type { Arm } from '../../records/arm.ts'
import type { Integrity, RunReport, RunStatus } from '../../records/run.ts'
import {
  type InvalidCause,
  InvalidCause as InvalidCauses,
  type VerdictName,
} from '../../records/verdict.ts'
import { planPart } from '../../reports/plan-part.ts'
import type { InvalidGroup, ReportNotes } from '../../reports/report-notes.ts'
import { runReport } from '../../reports/run-report.ts'
import { stoppingReport } from '../../reports/stopping-report.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import { rescoredFrom } from '../../store/rescored-from.ts'
import type { CapabilityCount, RunReader, TrialRow } from '../../store/store.ts'
import { defaultArm } from '../../trials/resolve-cells.ts'
import { plannedTrials } from '../../trials/stopping/followed.ts'
import type { CommandContext } from '../command-context.ts'
import { declaredComparison } from '../compare/make-comparison.ts'
import { besidePublished } from '../published/beside-published.ts'
import { controlOf } from '../study/control-agents.ts'
import { loadKnownScenario } from '../study/load-scenario.ts'
import { type AskedAnalysis, askedAnalysis } from './asked-analysis.ts'
import { gatherJudges } from './gather-judges.ts'
import { runName } from './run-name.ts'

export interface GatheredReport {
  readonly report: RunReport
  readonly notes: ReportNotes
}

/** Numbers of this many invalid trials of each cause are given. */
const EXAMPLES = 3
const PAGE = 2_000

/** What a report takes from somewhere else than the run's file. */
export interface ReportChoice {
  /** Where the run stands, if its file does not say so yet. */
  readonly status?: RunStatus
  readonly analysis?: AskedAnalysis
  /** What a check of the file came to. */
  readonly integrity?: Integrity
}

/** Reads from a run file all that any form of its report says. */
export async function gatherReport(
  { program }: Pick<CommandContext, 'program'>,
  reader: RunReader,
  { status, analysis: asked = {}, integrity }: ReportChoice = {},
): Promise<GatheredReport> {
  const { header, file } = reader
  const analysis = askedAnalysis(header.study, asked)
  const looks = await reader.looks()
  const counted = runReport({
    header,
    file,
    analysis,
    looks,
    status: status ?? (await reader.status()),
    cells: await reader.cells(),
    usage: await reader.usage(),
    durationMs: await reader.workedMs(),
  })
  const judges = await gatherJudges(
    reader,
    counted.cells.reduce((sum, { trials }) => sum + trials, 0),
  )
  const rescored = rescoredFrom(header)
  const scenario = await scenarioOf(counted)
  const report: RunReport = {
    ...besidePublished(counted, scenario),
    ...(integrity === undefined ? {} : { integrity }),
    ...(judges.length === 0 ? {} : { judges }),
    ...(rescored === null ? {} : { rescored }),
  }
  const study = { ...header.study, ...analysis }
  const trials = await lookAtTrials(reader, report)
  const controlArm = (arm: Arm) => scenario?.controlArm(arm) ?? null
  const notes: ReportNotes = {
    title: scenario?.title ?? null,
    question: scenario?.question ?? null,
    sandbox: study.sandbox,
    traced: tracedTrials(await reader.capabilities()),
    planned: plannedTrials(study),
    outsideUsd: await reader.outsideUsd(),
    remarks: [study.title, study.notes].filter((text) => text !== null),
    controlArm,
    objectArm: (arm) => scenario?.objectArm?.(arm) ?? null,
    expected: (cell) => expectedVerdict(scenario, cell),
    // A cell is a control by its arm or by its agent. Where the scenario is not at hand that cannot be told.
    isScripted: (agent) =>
      scenario !== null &&
      study.cells.some(
        (cell) => cell.agent === agent && cell.control && controlArm(cell.arm) === null,
      ),
    invalid: trials.invalid,
    example: trials.example,
    program,
    runName: runName(header, file),
    modelCommand: modelCommand(program, report),
  }
  const stopping = stoppingReport(study, looks)
  const comparisons = await declaredComparison({ report, notes, study }, reader)
  const plan = planPart(report, header)
  return {
    report: {
      ...report,
      ...(comparisons === null ? {} : { comparisons }),
      ...(stopping === null ? {} : { stopping }),
      ...(plan === undefined ? {} : { plan }),
    },
    notes,
  }
}

function tracedTrials(counts: readonly CapabilityCount[]): ReportNotes['traced'] {
  const sum = (some: readonly CapabilityCount[]): number =>
    some.reduce((total, { trials }) => total + trials, 0)
  return {
    trials: sum(counts.filter(({ capabilities }) => capabilities['tracing'])),
    of: sum(counts),
  }
}

/** Only one of our own, and only in the version that was run: what a run file names is not executed to print it. */
async function scenarioOf({ scenario }: RunReport): Promise<Scenario | null> {
  const known = await loadKnownScenario(scenario.id)
  return known?.version === scenario.version ? known : null
}

/** A script has a known result in the default arm, or in the one that it is written for. */
function expectedVerdict(
  scenario: Scenario | null,
  { agent, arm }: { readonly agent: string; readonly arm: Arm },
): VerdictName | null {
  const name = controlOf(agent)
  const control = name === null ? undefined : scenario?.controls[name]
  if (scenario === null || control === undefined) return null
  const written = { ...defaultArm(scenario), ...control.arm }
  const isWritten = Object.entries(written).every(([factor, level]) => arm[factor] === level)
  return isWritten ? control.expect.verdict : null
}

async function lookAtTrials(
  reader: RunReader,
  report: RunReport,
): Promise<Pick<ReportNotes, 'invalid' | 'example'>> {
  const wanted = exampleVerdict(report)
  const invalidLeft = report.cells.reduce((sum, { verdicts }) => sum + verdicts.invalid, 0)
  const state = { invalidLeft, example: null as ReportNotes['example'] }
  const causes = new Map<InvalidCause, { count: number; examples: number[] }>()
  let after = 0
  while (state.invalidLeft > 0 || (state.example === null && wanted !== null)) {
    const rows = await reader.rows({ after, limit: PAGE })
    const last = rows.at(-1)
    if (last === undefined) break
    for (const row of rows) {
      if (row.verdict === 'invalid') {
        countCause(causes, row)
        state.invalidLeft--
      }
      if (row.verdict === wanted) state.example ??= { number: row.number, verdict: row.verdict }
    }
    after = last.number
  }
  const groups = [...causes].toSorted(([, a], [, b]) => b.count - a.count)
  const invalid: InvalidGroup[] = []
  for (const [cause, group] of groups) {
    invalid.push({ cause, ...group, detail: await detailOf(reader, group.examples[0]) })
  }
  return { invalid, example: state.example }
}

async function detailOf(reader: RunReader, number: number | undefined): Promise<string> {
  const record = number === undefined ? null : await reader.trial(number)
  return record?.verdict.verdict === 'invalid' ? record.verdict.detail : ''
}

function countCause(
  causes: Map<InvalidCause, { count: number; examples: number[] }>,
  row: TrialRow,
): void {
  const cause = InvalidCauses.parse(row.detail)
  const group = causes.get(cause) ?? { count: 0, examples: [] }
  causes.set(cause, group)
  group.count++
  if (group.examples.length < EXAMPLES) group.examples.push(row.number)
}

/** What a reader most likely wants to see: the rarer and graver first. */
const WORTH_READING = [
  'resisted',
  'attempted',
  'withdrew',
  'complied',
  'unexposed',
  'invalid',
] as const

function exampleVerdict({ cells }: RunReport): VerdictName | null {
  return WORTH_READING.find((verdict) => cells.some((cell) => cell.verdicts[verdict] > 0)) ?? null
}

function modelCommand(program: string, { cells, scenario }: RunReport): string {
  const factors = Object.keys(cells[0]?.arm ?? {})
  const arms = factors.flatMap((factor) => {
    const levels = [...new Set(cells.map(({ arm }) => arm[factor]))]
    return levels.length > 1 ? [` --arm ${factor}=${levels.join(',')}`] : []
  })
  return `OPENAI_API_KEY=… ${program} run ${scenario.id} --model openai/gpt-6-luna${arms.join('')} --trials 20`
}
