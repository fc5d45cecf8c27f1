import { countOutcomes } from '../../endpoints/count-outcomes.ts'
import { findEndpoint } from '../../endpoints/find-endpoint.ts'
import type { OutcomeCount } from '../../records/outcome.ts'
import { openRun } from '../../store/sqlite-store.ts'
import { invariant } from '../../support/errors.ts'
import type { AssumedRates } from '../../trials/planning/plan-figures.ts'
import { findRun } from '../run/find-run.ts'
import type { ReadyStudy } from '../study/resolve-study.ts'

/** What a trial of an agent has used on average. Money is null where no price was known. */
export interface PilotUse {
  readonly trials: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly usd: number | null
  readonly durationMs: number
}

/** What an earlier run tells of a study that is planned. None of its trials become trials of that study. */
export interface Pilot {
  readonly run: string
  readonly trials: number
  /** How many cells of the study it has trials of. */
  readonly matched: number
  /** By the place of a cell in the study, for arms that say exactly the same. */
  readonly rates: AssumedRates
  /** By agent. */
  readonly use: ReadonlyMap<string, PilotUse>
  /** Trials that were under way at once, on average. Null: it has taken no time. */
  readonly atOnce: number | null
}

/** @throws UsageError when there is no such run */
export async function readPilot(
  name: string,
  folder: string,
  { study, plan }: Pick<ReadyStudy, 'study' | 'plan'>,
): Promise<Pilot> {
  await using reader = await openRun(await findRun(name, folder))
  const rule = findEndpoint(study.endpoint, study.endpoints)
  invariant(rule !== null, 'a study has an endpoint that there is')
  const stored = await reader.cells()
  const rates = plan.cells.map((cell) => {
    const outcomes: OutcomeCount[] = stored.flatMap((each) =>
      each.agent === cell.agent && each.armHash === cell.armHash ? [...each.outcomes] : [],
    )
    const { k, n } = countOutcomes(rule, outcomes)
    return n === 0 ? null : { rate: k / n, from: 'pilot' as const }
  })
  const totals = new Map<string, Total>()
  for await (const { spec, usage, durationMs } of reader.summaries()) {
    const total = totals.get(spec.agent) ?? {
      trials: 0,
      inputTokens: 0,
      outputTokens: 0,
      usd: 0,
      durationMs: 0,
    }
    totals.set(spec.agent, {
      trials: total.trials + 1,
      inputTokens: total.inputTokens + usage.inputTokens,
      outputTokens: total.outputTokens + usage.outputTokens,
      usd: total.usd === null || usage.costUsd === null ? null : total.usd + usage.costUsd,
      durationMs: total.durationMs + durationMs,
    })
  }
  const all = [...totals.values()]
  const workedMs = await reader.workedMs()
  return {
    run: reader.header.id,
    trials: all.reduce((sum, { trials }) => sum + trials, 0),
    matched: rates.filter((rate) => rate !== null).length,
    rates,
    use: new Map([...totals].map(([agent, total]) => [agent, meanOf(total)])),
    atOnce:
      workedMs > 0
        ? Math.max(1, all.reduce((sum, { durationMs }) => sum + durationMs, 0) / workedMs)
        : null,
  }
}

type Total = PilotUse

function meanOf({ trials, inputTokens, outputTokens, usd, durationMs }: Total): PilotUse {
  return {
    trials,
    inputTokens: inputTokens / trials,
    outputTokens: outputTokens / trials,
    usd: usd === null ? null : usd / trials,
    durationMs: durationMs / trials,
  }
}
