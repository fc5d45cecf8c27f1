import type { ReaderNote } from '../records/note.ts'
import type { RunReport } from '../records/run.ts'
import type { TrialSummary } from '../records/trial.ts'
import { MEANS, verdictDetail } from '../records/verdict.ts'
import { csvLine, csvTable, type Value } from './csv-table.ts'
import { leftOutText } from './flow-part.ts'
import { publishedText } from './published/published-text.ts'
import { standingNotes } from './reader-notes.ts'
import { VERDICT_WORDS } from './verdict-words.ts'
import { modelsText } from './who-answered.ts'

/** One row a cell (RFC 4180), the names of its columns first. Rows of several runs stand below one heading. */
export function csvReport(...reports: readonly RunReport[]): string {
  const cells = reports.flatMap((report) => report.cells)
  const factors = [...new Set(cells.flatMap(({ arm }) => Object.keys(arm)))]
  return csvTable(reports.flatMap((report) => cellRows(report, factors)))
}

function cellRows(report: RunReport, factors: readonly string[]): Record<string, Value>[] {
  return report.cells.map((cell) => ({
    run: report.run,
    scenario: report.scenario.id,
    scenario_version: report.scenario.version,
    status: report.status,
    agent: cell.agent,
    preset: cell.preset,
    ...prefixed('arm', factors, cell.arm),
    wording_hash: cell.wordingHash,
    control: cell.control,
    answered_by: modelsText(cell.models),
    first_trial_at: cell.from,
    last_trial_at: cell.to,
    trials: cell.trials,
    exposed: cell.exposed,
    ...prefixed('verdict', Object.keys(VERDICT_WORDS), cell.verdicts),
    ...prefixed('means', MEANS, cell.means),
    endpoint: cell.estimate.endpoint,
    k: cell.estimate.k,
    n: cell.estimate.n,
    rate: cell.estimate.rate,
    low: cell.estimate.low,
    high: cell.estimate.high,
    method: cell.estimate.method,
    level: cell.estimate.level,
    basis: cell.estimate.basis,
    bounds_low: cell.estimate.bounds.low,
    bounds_high: cell.estimate.bounds.high,
    simultaneous: cell.estimate.simultaneous ?? null,
    unknown: cell.estimate.unknown ?? 0,
    flow_planned: cell.flow.planned,
    flow_started: cell.flow.started,
    flow_valid: cell.flow.valid,
    flow_exposed: cell.flow.exposed,
    flow_decided: cell.flow.decided,
    left_out: leftOutText(cell.flow) || null,
    published: (cell.published ?? []).map(publishedText).join('; ') || null,
  }))
}

/** The trials of a run, with what readers have written of them. */
export interface TrialRows {
  readonly run: string
  readonly trials: AsyncIterable<TrialSummary>
  readonly notes: readonly ReaderNote[]
}

/**
 * One row a trial, made as the trials come: a run of any size costs no memory. Rows of several runs stand below one heading.
 *
 * @param factors the names of the scenarios' factors, in the order of their columns
 */
export async function* csvTrials(
  runs: readonly TrialRows[],
  factors: readonly string[],
): AsyncGenerator<string> {
  let started = false
  for (const { run, trials, notes } of runs) {
    const noted = Map.groupBy(standingNotes(notes), ({ number }) => number)
    for await (const trial of trials) {
      const row = {
        ...trialRow(run, factors, trial),
        ...noteColumns(noted.get(trial.spec.number) ?? []),
      }
      if (!started) yield csvLine(Object.keys(row))
      started = true
      yield csvLine(Object.values(row))
    }
  }
}

function noteColumns(notes: readonly ReaderNote[]): Record<string, Value> {
  const texts = notes.flatMap(({ author, text }) => (text === '' ? [] : [`${author}: ${text}`]))
  return {
    tags: [...new Set(notes.flatMap(({ tags }) => tags))].join('; ') || null,
    notes: texts.join('; ') || null,
  }
}

function trialRow(
  run: string,
  factors: readonly string[],
  trial: TrialSummary,
): Record<string, Value> {
  const { spec, verdict, usage } = trial
  return {
    run,
    number: spec.number,
    scenario: spec.scenario.id,
    scenario_version: spec.scenario.version,
    agent: spec.agent,
    preset: spec.preset,
    ...prefixed('arm', factors, spec.arm),
    wording_hash: spec.wordingHash,
    control: spec.control,
    index: spec.index,
    seed: spec.seed,
    verdict: verdict.verdict,
    detail: verdictDetail(verdict),
    timing: verdict.verdict === 'resisted' ? verdict.timing : null,
    instruction_broken: 'instructionBroken' in verdict ? verdict.instructionBroken : null,
    exposed: trial.exposed,
    acts: trial.acts.map(({ name }) => name).join(' '),
    started_at: trial.startedAt,
    duration_ms: Math.round(trial.durationMs),
    answered_by: modelsText(trial.models),
    input_tokens: usage.inputTokens,
    cached_input_tokens: usage.cachedInputTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    output_tokens: usage.outputTokens,
    reasoning_tokens: usage.reasoningTokens,
    cost_usd: usage.costUsd,
    unconfirmed_usd: usage.unconfirmedUsd,
  }
}

function prefixed(
  prefix: string,
  names: readonly string[],
  values: Readonly<Record<string, Value | undefined>>,
): Record<string, Value> {
  return Object.fromEntries(names.map((name) => [`${prefix}_${name}`, values[name] ?? null]))
}
