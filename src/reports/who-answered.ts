import type { ModelIdentity } from '../records/model.ts'
import type { CellResult, RunReport } from '../records/run.ts'
import type { CellRow } from './cell-rows.ts'

type Answered = Pick<CellResult, 'agent' | 'models' | 'trials' | 'verdicts'>

/** The agents of a run in which not the same has answered throughout, each once. */
export function splitAgents(cells: readonly Answered[]): string[] {
  const identities = new Map<string, Set<string>>()
  for (const cell of cells) {
    // Where nobody ever answered, nobody else did.
    if (cell.models.length === 0 && cell.trials === cell.verdicts.invalid) continue
    const keys = identities.get(cell.agent) ?? new Set()
    identities.set(cell.agent, keys.add(modelsKey(cell)))
  }
  return [...identities].flatMap(([agent, keys]) => (keys.size > 1 ? [agent] : []))
}

/** The same for two cells exactly if the same has answered in both. */
export function modelsKey({ models }: Pick<CellResult, 'models'>): string {
  return JSON.stringify(
    models
      .map(({ provider, model, answeredBy, fingerprint }) =>
        JSON.stringify([provider, model, answeredBy, fingerprint]),
      )
      .toSorted(),
  )
}

/** `answered by gpt-5-2025-08-07, fp_x, from 2025-08-07 12:00 to 12:31 UTC`. What a provider wrote in it is not escaped. */
export function answeredText(row: CellRow): string {
  const { from, to } = row.cell
  const who = row.kind === 'others' ? `${row.parts} others` : shownModels(row.cell.models)
  return `answered by ${who}, ${spanText(from, to)}`
}

/** Of those that have answered in one trial, so many are named; there may be one a turn. */
const MODELS_SHOWN = 3

function shownModels(models: readonly ModelIdentity[]): string {
  if (models.length === 0) return 'nobody who is recorded'
  const more = models.length - MODELS_SHOWN
  return `${modelsText(models.slice(0, MODELS_SHOWN))}${more > 0 ? ` and ${more} more` : ''}`
}

/** `gpt-5-2025-08-07, fp_x`; where several have answered in one trial, all of them. */
export function modelsText(models: readonly ModelIdentity[]): string {
  const names = models.map(({ model, answeredBy, fingerprint }) =>
    [answeredBy ?? model, ...(fingerprint === null ? [] : [fingerprint])].join(', '),
  )
  return names.join(' and ')
}

/** One sentence for the agents that are shown in parts; null where there is none. Names in it are not escaped. */
export function splitNote({ cells }: Pick<RunReport, 'cells'>): string | null {
  const agents = splitAgents(cells)
  if (agents.length === 0) return null
  return `Not the same model or build has answered throughout for ${agents.join(', ')}: its trials are counted apart for each that has, and must not be pooled.`
}

/** To the minute: `from 2025-08-07 12:00 to 12:31 UTC`. */
function spanText(from: string, to: string): string {
  const [firstDay, first] = minuteOf(from)
  const [lastDay, last] = minuteOf(to)
  const day = lastDay === firstDay ? '' : `${lastDay} `
  return `from ${firstDay} ${first} to ${day}${last} UTC`
}

function minuteOf(iso: string): [day: string, time: string] {
  return [
    iso.slice(0, 'yyyy-mm-dd'.length),
    iso.slice('yyyy-mm-ddT'.length, 'yyyy-mm-ddThh:mm'.length),
  ]
}
