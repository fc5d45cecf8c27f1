import { countOutcomes } from '../../endpoints/count-outcomes.ts'
import { findEndpoint } from '../../endpoints/find-endpoint.ts'
import type { OutcomeCount } from '../../records/outcome.ts'
import { plural } from '../../reports/report-page.ts'
import { openRun } from '../../store/sqlite-store.ts'
import type { RunReader } from '../../store/store.ts'
import { printable } from '../../support/choices.ts'
import { invariant, UsageError } from '../../support/errors.ts'
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
  /** Of the trials of those cells, the share that was valid and in the rate. Null: it has none of them. */
  readonly counted: number | null
  /** Why not all of it is to be relied on, a sentence each. */
  readonly cautions: readonly string[]
  /** By agent. */
  readonly use: ReadonlyMap<string, PilotUse>
  /** Trials that were under way at once, on average. Null: it has taken no time. */
  readonly atOnce: number | null
}

/** @throws UsageError when there is no such run, when it tells nothing of the study, or when none of its trials counts */
export async function readPilot(
  name: string,
  folder: string,
  ready: Pick<ReadyStudy, 'study' | 'plan'>,
): Promise<Pilot> {
  const { study, plan } = ready
  await using reader = await openRun(await findRun(name, folder))
  const rule = findEndpoint(study.endpoint, study.endpoints)
  invariant(rule !== null, 'a study has an endpoint that there is')
  refuseStranger(reader, ready)
  const stored = await reader.cells()
  const counts = plan.cells.map((cell) => {
    const outcomes: OutcomeCount[] = stored.flatMap((each) =>
      each.agent === cell.agent && each.armHash === cell.armHash ? [...each.outcomes] : [],
    )
    const trials = outcomes.reduce((sum, each) => sum + each.trials, 0)
    return { trials, ...countOutcomes(rule, outcomes) }
  })
  const rates = counts.map(({ k, n }) => (n === 0 ? null : { rate: k / n, from: 'pilot' as const }))
  const taken = counts.reduce((sum, { trials }) => sum + trials, 0)
  const inRate = counts.reduce((sum, { n }) => sum + n, 0)
  if (taken > 0 && inRate === 0) {
    throw new UsageError(
      `Cannot plan with pilot ${reader.header.id}: of its ${taken} trials of this study’s cells none is valid and in the rate (${study.endpoint})`,
      { hint: 'See what went wrong there: `offswitch report` names the causes.' },
    )
  }
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
    counted: taken === 0 ? null : inRate / taken,
    cautions: await cautionsOf(reader, counts),
    use: new Map([...totals].map(([agent, total]) => [agent, meanOf(total)])),
    atOnce:
      workedMs > 0
        ? Math.max(1, all.reduce((sum, { durationMs }) => sum + durationMs, 0) / workedMs)
        : null,
  }
}

/** @throws UsageError */
function refuseStranger(
  { header }: RunReader,
  { study }: Pick<ReadyStudy, 'study' | 'plan'>,
): void {
  const cannot = (why: string): UsageError =>
    new UsageError(`Cannot plan with pilot ${header.id}: ${why}`, {
      hint: 'A pilot is a small run of the same agents in the same arms.',
    })
  const { id } = header.study.scenario
  if (id !== study.scenario.id) {
    throw cannot(`it is of scenario "${printable(id)}", and the study of "${study.scenario.id}"`)
  }
  const isKnown = (name: string): boolean => header.study.agents[name] !== undefined
  if (!Object.keys(study.agents).some(isKnown)) {
    throw cannot('it has none of the study’s agents')
  }
}

async function cautionsOf(
  reader: RunReader,
  counts: readonly { readonly trials: number; readonly n: number }[],
): Promise<string[]> {
  const { study } = reader.header
  const status = await reader.status()
  const silent = counts.filter(({ trials, n }) => trials > 0 && n === 0).length
  return [
    ...(counts.every(({ trials }) => trials === 0)
      ? ['No arm of the pilot says what an arm of the study does: no rates are taken from it.']
      : []),
    ...(status === 'finished' ? [] : [`The pilot is not finished (${status}).`]),
    ...(study.stopping === undefined
      ? []
      : ['The pilot stopped early by a rule: rates at which it stopped are a little too extreme.']),
    ...(silent === 0
      ? []
      : [`In ${silent} ${plural(silent, 'cell')} none of the pilot’s trials counts: no rate.`]),
  ]
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
