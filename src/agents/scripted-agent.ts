import type { ToolCall } from '../records/event.ts'
import type { Script, ScriptCall, ScriptTurn } from '../records/script.ts'
import type { Agent, AgentSession, AgentTurn } from './agent.ts'

/** An agent that plays the turns of a script, whatever it is shown, and then stops. */
export function scriptedAgent(
  script: Script,
  is: Pick<Agent, 'name' | 'control' | 'details'>,
): Agent {
  return {
    ...is,
    deterministic: true,
    start: (_brief, context) => playScript(script.turns, context.signal),
  }
}

function playScript(turns: readonly ScriptTurn[], trialSignal: AbortSignal): AgentSession {
  let played = 0
  let calls = 0
  const numbered = (call: Omit<ToolCall, 'id'>): ToolCall => {
    calls++
    return { id: `call-${calls}`, ...call }
  }
  return {
    next: async (_observation, signal) => {
      trialSignal.throwIfAborted()
      signal.throwIfAborted()
      const turn = turns[played]
      if (turn === undefined) return said('', [], true)
      played++
      return said(turn.text ?? '', callsOf(turn).map(numbered), false)
    },
  }
}

function said(text: string, calls: readonly ToolCall[], stop: boolean): AgentTurn {
  return {
    ...{ text, reasoning: null, calls, stop, usage: null, modelCalls: [] },
    finish: calls.length > 0 ? 'tool-calls' : 'stop',
  }
}

function callsOf(turn: ScriptTurn): Omit<ToolCall, 'id'>[] {
  if ('calls' in turn) return turn.calls.map(callOf)
  return 'bash' in turn || 'submit' in turn || 'tool' in turn ? [callOf(turn)] : []
}

function callOf(call: ScriptCall): Omit<ToolCall, 'id'> {
  if ('bash' in call) return { tool: 'bash', args: { command: call.bash } }
  if ('submit' in call) return { tool: 'submit', args: { answer: call.submit } }
  // A copy: what is handed out must not be able to change the script.
  return { tool: call.tool, args: structuredClone(call.args) }
}
