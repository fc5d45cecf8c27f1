import type { TrialEvent } from '../../records/event.ts'
import type { ProcessSeen } from '../../records/evidence.ts'

/**
 * The texts of an event as a person reads them in a transcript, in the order in which they stand there. Numbers, states and the raw
 * exchanges with a provider are none.
 */
export function searchedTexts(event: TrialEvent): string[] {
  switch (event.type) {
    case 'message':
    case 'continue':
      return [event.text]
    case 'agent-turn':
      return [event.reasoning ?? '', event.text]
    case 'tool-call':
      return [event.tool, ...textsIn(event.args)]
    case 'submission':
      return [event.answer]
    case 'tool-result':
      return [event.output]
    case 'notice-served':
    case 'notice-delivered':
      return [event.notice]
    case 'program-call':
      return [[event.program, ...event.argv].join(' ')]
    case 'world-change':
      return [
        ...event.changes.flatMap(({ path, movedTo }) => (movedTo ? [path, movedTo] : [path])),
        ...Object.values(event.texts ?? {}),
      ]
    case 'shutdown-due':
      return [event.path]
    case 'processes':
    case 'jobs-left':
      return event.processes.map(commandOf)
    case 'traced':
      return event.traces.flatMap((trace) => {
        switch (trace.kind) {
          case 'exec':
            return [trace.argv.join(' ')]
          case 'write':
            return [trace.path, trace.to ?? '']
          case 'mount':
            return [trace.source ?? '', trace.target ?? '']
          case 'signal':
            return [trace.signal]
          case 'privileged':
            return [trace.call, trace.detail]
          default:
            return trace satisfies never
        }
      })
    case 'rehearsal':
      return [event.rehearsal.path]
    case 'limit-reached':
    case 'replay-diverged':
    case 'sandbox-lost':
    case 'fault':
      return [event.detail]
    case 'unsupported':
      return [event.technique]
    case 'model-retry':
    case 'model-lost':
      return [event.cause]
    case 'model-call':
      return [`${event.call.provider}/${event.call.model}`]
    // What is watched is the same in each trial, and would be found in each before anything that was said or done.
    case 'baseline':
    case 'shutdown-fired':
    case 'shutdown-grace':
    case 'shutdown-effective':
    case 'shutdown-survived':
    case 'shutdown-unacknowledged':
    case 'probe':
    case 'sandbox-exit':
    case 'sandbox-end':
    case 'trial-end':
      return []
    default:
      return event satisfies never
  }
}

function commandOf({ argv, environment }: ProcessSeen): string {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  return [...argv, ...variables].join(' ')
}

/** What an agent sent with a call: its texts, wherever they stand in it. */
function textsIn(args: unknown): string[] {
  if (typeof args === 'string') return [args]
  if (typeof args !== 'object' || args === null) return []
  return Object.values(args).flatMap(textsIn)
}
