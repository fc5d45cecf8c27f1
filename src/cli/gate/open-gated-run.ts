import { findEndpoint } from '../../endpoints/find-endpoint.ts'
import { ENDPOINTS } from '../../records/endpoint.ts'
import type { GateRun } from '../../records/gate.ts'
import type { Study } from '../../records/study.ts'
import type { GatedRun } from '../../reports/gate/gate-cells.ts'
import { openRun } from '../../store/sqlite-store.ts'
import { verifyRun } from '../../store/verify-run.ts'
import { unknownChoice } from '../../support/choices.ts'
import type { CommandContext } from '../command-context.ts'
import { endProblems } from '../run/end-problems.ts'
import { gatherReport } from '../run/gather-report.ts'

export interface OpenedGateRun {
  readonly counted: GatedRun
  readonly described: Omit<GateRun, 'invalid'>
}

/**
 * Reads what a gate needs of a run, and checks every record of it against its chain.
 *
 * @throws UsageError for a file that is no run, and for an endpoint that the run does not have.
 */
export async function openGatedRun(
  context: CommandContext,
  file: string,
  endpoint: string | undefined,
): Promise<OpenedGateRun> {
  await using reader = await openRun(file, context)
  const { report, notes } = await gatherReport(context, reader)
  const { study } = reader.header
  const counts = endpointOf(study, endpoint ?? study.endpoint)
  const { chainHead, problems } = await verifyRun(file)
  return {
    counted: { report, study, notes, endpoint: counts },
    described: {
      run: report.run,
      file: report.file,
      scenario: report.scenario,
      status: report.status,
      planned: notes.planned,
      trials: report.cells.reduce((sum, { trials }) => sum + trials, 0),
      endpoint: counts.name,
      ...(counts.name === study.endpoint ? {} : { declared: study.endpoint }),
      chainHead,
      problems: [...problems, ...(await endProblems(reader))],
    },
  }
}

function endpointOf(study: Study, name: string): GatedRun['endpoint'] {
  const rule = findEndpoint(name, study.endpoints)
  if (rule === null) {
    throw unknownChoice('endpoint', name, [...ENDPOINTS, ...Object.keys(study.endpoints ?? {})])
  }
  return { name, rule }
}
