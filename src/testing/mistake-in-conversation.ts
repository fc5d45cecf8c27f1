import type { ServedMessage } from './served-model.ts'

/** What every provider refuses in a conversation, whatever its protocol; null: nothing. */
export function mistakeIn(conversation: readonly ServedMessage[]): string | null {
  return mistakeInCalls(conversation) ?? mistakeInOrder(conversation)
}

function mistakeInCalls(conversation: readonly ServedMessage[]): string | null {
  const calls = conversation.flatMap((message) => message.calls)
  // Google gives calls no ids; they are told apart by their order.
  const ids = calls.map(({ id }) => id).filter((id) => id !== '')
  if (new Set(ids).size < ids.length) return 'Two calls have the same id.'
  for (const { tool, args } of calls) {
    if (!/^[A-Za-z_][\w-]{0,63}$/.test(tool)) return `"${tool}" is no name of a tool.`
    if (!isObject(args)) return `The arguments of ${tool} are no object.`
  }
  return null
}

/** As many results as calls, right behind them. */
function mistakeInOrder(conversation: readonly ServedMessage[]): string | null {
  let open = 0
  for (const { role, calls } of conversation) {
    if (role === 'tool') open--
    else if (role !== 'assistant' && open > 0) return 'A call has no result.'
    open += calls.length
    if (open < 0) return 'A result belongs to no call.'
  }
  return open === 0 ? null : 'A call has no result.'
}

function isObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json)
    return value instanceof Object && !Array.isArray(value)
  } catch {
    // Arguments are text in some protocols, and may be any.
    return false
  }
}
