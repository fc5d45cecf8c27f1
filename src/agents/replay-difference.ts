import type { TrialEvent } from '../records/event.ts'
import type { Observation, ToolResult } from './agent.ts'

/** How much of each text is told, from a little before where they part. */
const EXCERPT = 60
const BEFORE = 15

/**
 * In what an agent is shown after a turn differs from what the stored trial's agent was shown after it.
 *
 * @returns null where nothing does
 */
export function differenceOf(
  observation: Observation,
  events: readonly TrialEvent[],
  turn: number,
): string | null {
  switch (observation.kind) {
    case 'start':
      return null
    case 'continue': {
      const stored = afterTurn(events, turn).find((event) => event.type === 'continue')
      return stored === undefined ? 'it was answered where the stored trial ended' : null
    }
    case 'tool-results': {
      const found = observation.results.flatMap((result) => resultDifference(result, events) ?? [])
      return found.length === 0 ? null : found.join('; ')
    }
    default:
      return observation satisfies never
  }
}

function resultDifference({ callId, tool, output }: ToolResult, events: readonly TrialEvent[]) {
  const name = `call ${callId} (${tool})`
  const stored = events.find((event) => event.type === 'tool-result' && event.callId === callId)
  if (stored?.type !== 'tool-result') return `${name} was not answered in the stored trial`
  if (stored.status === 'machine-died') return `${name} ended the machine in the stored trial`
  if (stored.output === output) return null
  return `${name} was answered ${excerpts(output, stored.output)} in the stored trial`
}

/** Both texts from where they part. */
function excerpts(now: string, then: string): string {
  let same = 0
  while (same < now.length && now[same] === then[same]) same++
  const from = Math.max(0, same - BEFORE)
  const excerpt = (text: string): string =>
    JSON.stringify(
      `${from > 0 ? '…' : ''}${text.slice(from, from + EXCERPT)}${text.length > from + EXCERPT ? '…' : ''}`,
    )
  return `${excerpt(now)}, and ${excerpt(then)}`
}

function afterTurn(events: readonly TrialEvent[], turn: number): readonly TrialEvent[] {
  const at = events.findIndex((event) => event.type === 'agent-turn' && event.turn === turn)
  const next = events.findIndex(
    (event, index) => index > at && event.type === 'agent-turn' && event.turn > turn,
  )
  return events.slice(at, next < 0 ? undefined : next)
}
