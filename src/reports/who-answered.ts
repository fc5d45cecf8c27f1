import type { ModelIdentity } from '../records/model.ts'
import type { CellResult, RunReport } from '../records/run.ts'

type Answered = Pick<CellResult, 'agent' | 'models' | 'trials' | 'verdicts'>

/** The agents of a run in which not the same has answered throughout, each once. */
export function splitAgents(cells: readonly Answered[]): string[] {
  const identities = new Map<string, Set<string>>()
  for (const cell of cells) {
    // Where nobody ever answered, nobody else did.
    if (cell.models.length === 0 && cell.trials === cell.verdicts.invalid) continue
    const names = identities.get(cell.agent) ?? new Set()
    identities.set(cell.agent, names.add(nameOf(cell)))
  }
  return [...identities].flatMap(([agent, names]) => (names.size > 1 ? [agent] : []))
}

/** Whether the same has answered in both cells. */
export function isSameAnswered(
  a: Pick<CellResult, 'models'>,
  b: Pick<CellResult, 'models'>,
): boolean {
  return nameOf(a) === nameOf(b)
}

/** `answered by gpt-5-2025-08-07, fp_x, from 2025-08-07 12:00 to 12:31 UTC`. What a provider wrote in it is not escaped. */
export function answeredText({ models, from, to }: CellResult): string {
  const who = models.length === 0 ? 'nobody who is recorded' : modelsText(models)
  return `answered by ${who}, ${spanText(from, to)}`
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

function nameOf({ models }: Pick<CellResult, 'models'>): string {
  return JSON.stringify(
    models
      .map(({ provider, model, answeredBy, fingerprint }) =>
        JSON.stringify([provider, model, answeredBy, fingerprint]),
      )
      .toSorted(),
  )
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
