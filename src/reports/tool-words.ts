import type { EventOf, Finish } from '../records/event.ts'
import { durationText } from './duration-text.ts'
import { escapeLine } from './escape-text.ts'
import type { EventSentence } from './event-words.ts'

/** What a call is, in our words, and what it was given, in the agent's. A command of the shell needs no words of ours. */
export function callWords({ tool, args }: Pick<EventOf<'tool-call'>, 'tool' | 'args'>): {
  readonly lead: string | null
  readonly input: string
} {
  if (tool === 'bash' && hasText(args, 'command')) return { lead: null, input: args.command }
  if (tool === 'submit' && hasText(args, 'answer')) return { lead: 'hands in:', input: args.answer }
  return {
    lead: `calls ${escapeLine(tool)}`,
    input: JSON.stringify(args, null, 2) ?? 'undefined',
  }
}

/** How a call ended, where that is worth a word. */
export function resultRemark(event: EventOf<'tool-result'>): EventSentence | null {
  switch (event.status) {
    case 'exited':
    case 'answered':
      return event.output === '' ? { tone: 'faint', text: 'no output' } : null
    case 'timed-out':
      return { tone: 'notable', text: `stopped after ${durationText(event.durationMs)}` }
    case 'shell-ended':
      return { tone: 'notable', text: 'its shell has ended' }
    case 'machine-died':
      return { tone: 'faint', text: 'never delivered: the machine has died' }
    case 'refused':
      return { tone: 'notable', text: 'refused: not a call that can be made' }
    default:
      return event.status satisfies never
  }
}

/** How a turn ended, where that is more than that it did. */
export function finishWords(finish: Finish): string | null {
  return FINISHES[finish]
}

const FINISHES: Readonly<Record<Finish, string | null>> = {
  stop: null,
  'tool-calls': null,
  length: 'cut at the bound of its tokens',
  'content-filter': 'kept back by the provider’s filter',
  refusal: 'declined, in the way its protocol has for that',
  'context-overflow': 'the conversation no longer fits the model',
  other: null,
}

function hasText<Key extends string>(args: unknown, key: Key): args is Record<Key, string> {
  return typeof args === 'object' && args !== null && typeof Reflect.get(args, key) === 'string'
}
