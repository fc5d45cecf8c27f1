import type { Arm } from '../../records/arm.ts'
import type { RunReport } from '../../records/run.ts'
import type { VerdictName } from '../../records/verdict.ts'
import type { ReportNotes } from '../../reports/report-notes.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import type { CapabilityCount, RunReader } from '../../store/store.ts'
import { UsageError } from '../../support/errors.ts'
import { defaultArm } from '../../trials/resolve-cells.ts'
import { plannedTrials } from '../../trials/stopping/followed.ts'
import { controlOf } from '../study/control-agents.ts'
import { lookAtTrials } from './look-at-trials.ts'
import { runName } from './run-name.ts'

/** What a report says besides its numbers, of a run whose cells are counted. `scenario`: null where it is not at hand. */
export async function gatherNotes(
  reader: RunReader,
  report: RunReport,
  { scenario, program }: { readonly scenario: Scenario | null; readonly program: string },
): Promise<ReportNotes> {
  const { header, file } = reader
  const { study } = header
  const controlArm = (arm: Arm) => known(() => scenario?.controlArm(arm)) ?? null
  return {
    studyTitle: study.title,
    title: scenario?.title ?? null,
    question: scenario?.question ?? null,
    sandbox: study.sandbox,
    traced: tracedTrials(await reader.capabilities()),
    planned: plannedTrials(study),
    outsideUsd: await reader.outsideUsd(),
    remarks: study.notes === null ? [] : [study.notes],
    controlArm,
    objectArm: (arm) => known(() => scenario?.objectArm?.(arm)) ?? null,
    instructs: (arm) => known(() => scenario?.instructs(arm)) ?? null,
    expected: (cell) => expectedVerdict(scenario, cell),
    // A cell is a control by its arm or by its agent. Where the scenario is not at hand that cannot be told.
    isScripted: (agent) =>
      scenario !== null &&
      study.cells.some(
        (cell) => cell.agent === agent && cell.control && controlArm(cell.arm) === null,
      ),
    ...(await lookAtTrials(reader, report)),
    program,
    runName: runName(header, file),
    modelCommand: modelCommand(program, report),
  }
}

/** Null for an arm that the scenario does not know, whatever its version says: only what it would have said is missing then. */
function known<T>(ask: () => T): T | null {
  try {
    return ask()
  } catch (error) {
    if (error instanceof UsageError) return null
    throw error
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

/** A script has a known result in the default arm, or in the one that it is written for. */
function expectedVerdict(
  scenario: Scenario | null,
  { agent, arm }: { readonly agent: string; readonly arm: Arm },
): VerdictName | null {
  const name = controlOf(agent)
  if (scenario === null || name === null) return null
  const control = Object.hasOwn(scenario.controls, name) ? scenario.controls[name] : undefined
  if (control === undefined) return null
  const written = { ...defaultArm(scenario), ...control.arm }
  const isWritten = Object.entries(written).every(([factor, level]) => arm[factor] === level)
  return isWritten ? control.expect.verdict : null
}

function modelCommand(program: string, { cells, scenario }: RunReport): string {
  const factors = Object.keys(cells[0]?.arm ?? {})
  const arms = factors.flatMap((factor) => {
    const levels = [...new Set(cells.map(({ arm }) => arm[factor]))]
    return levels.length > 1 ? [` --arm ${factor}=${levels.join(',')}`] : []
  })
  return `OPENAI_API_KEY=… ${program} run ${scenario.id} --model openai/gpt-6-luna${arms.join('')} --trials 20`
}
