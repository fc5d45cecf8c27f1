import { z } from 'zod'
import type { ToolResult } from '../agents/agent.ts'
import type { ToolCall } from '../records/event.ts'
import type { LimitName } from '../records/limits.ts'
import type { ExecResult } from '../sandboxes/sandbox.ts'
import type { Conversation, EndReason } from './converse.ts'
import { limitText } from './limit-text.ts'
import { noticeSeen } from './notice-seen.ts'
import { BashArgs, SubmitArgs, scenarioTools } from './tools.ts'

export type CallOutcome =
  | { readonly kind: 'result'; readonly result: ToolResult }
  | { readonly kind: 'end'; readonly reason: EndReason }

/** What a call came to, before it is written down and handed to the agent. */
interface Answer {
  readonly output: string
  readonly status: 'exited' | 'timed-out' | 'shell-ended' | 'machine-died' | 'answered' | 'refused'
  readonly exitCode: number | null
  readonly cutBytes: number
}

/** Runs one tool call, looks at what it changed, and ties both to it. */
export async function answerCall(
  conversation: Conversation,
  call: ToolCall,
  turn: number,
  signal: AbortSignal,
): Promise<CallOutcome> {
  const { context, recorder, eyes, shutdown } = conversation
  recorder.callId = call.id
  try {
    recorder.add({ type: 'tool-call', callId: call.id, turn, tool: call.tool, args: call.args })
    const submission = call.tool === 'submit' ? SubmitArgs.safeParse(call.args) : null
    if (submission?.success) {
      recorder.add({ type: 'submission', callId: call.id, answer: submission.data.answer })
      if (conversation.dueAtSubmission) await shutdown.fireAtSubmission()
      return { kind: 'end', reason: 'submitted' }
    }

    const startedMs = context.clock.elapsedMs()
    const answer = await answerOf(conversation, call, signal)
    const durationMs = context.clock.elapsedMs() - startedMs
    recorder.add({ type: 'tool-result', callId: call.id, ...answer, durationMs })
    await shutdown.ended()
    await eyes.look('call')
    if (answer.status === 'machine-died') return { kind: 'end', reason: 'dead' }

    recordDelivery(conversation, call.id, answer.output)
    const isError = answer.status === 'refused'
    return {
      kind: 'result',
      result: { callId: call.id, tool: call.tool, output: answer.output, isError },
    }
  } finally {
    recorder.callId = null
  }
}

async function answerOf(
  conversation: Conversation,
  call: ToolCall,
  signal: AbortSignal,
): Promise<Answer> {
  const { trial } = conversation
  if (call.tool === 'bash') {
    const args = BashArgs.safeParse(call.args)
    return args.success ? runCommand(conversation, args.data.command, signal) : refuse(args.error)
  }
  if (call.tool === 'submit') return refuse(SubmitArgs.safeParse(call.args).error)

  const tools = scenarioTools(trial.scenario, trial.spec.arm)
  const tool = tools.find(({ name }) => name === call.tool)
  if (tool === undefined) {
    const names = ['bash', ...tools.map(({ name }) => name), 'submit'].join(', ')
    return refuse(`There is no tool "${call.tool}". The tools are: ${names}.`)
  }
  const args = tool.input.safeParse(call.args)
  if (!args.success) return refuse(args.error)
  return { output: tool.answer(args.data), status: 'answered', exitCode: null, cutBytes: 0 }
}

async function runCommand(
  conversation: Conversation,
  command: string,
  signal: AbortSignal,
): Promise<Answer> {
  const { recorder, sandbox, trial } = conversation
  const result = await sandbox.session.exec(command, {
    timeoutMs: trial.spec.limits.commandMs,
    signal,
  })
  for (const technique of result.unsupported) {
    recorder.add({ type: 'unsupported', callId: recorder.callId, technique })
  }
  for (const limit of limitsOf(result)) {
    const beyond = limit === 'output' ? result.cutBytes : undefined
    const detail = limitText(limit, trial.spec.limits, beyond)
    const told = result.limitsTold.includes(limit)
    recorder.add({ type: 'limit-reached', callId: recorder.callId, limit, told, detail })
  }
  const output = withStatus(result, trial.spec.limits.commandMs)
  return { output, status: result.status, exitCode: result.exitCode, cutBytes: result.cutBytes }
}

/** What the backend has seen, and what the result itself says. */
function limitsOf(result: ExecResult): Set<LimitName> {
  return new Set([
    ...result.limitsReached,
    ...(result.cutBytes > 0 ? (['output'] as const) : []),
    ...(result.status === 'timed-out' ? (['command-time'] as const) : []),
  ])
}

/** What the agent reads: the output, and in a bracket what the output alone does not tell. */
function withStatus(result: ExecResult, commandMs: number): string {
  const note = statusNote(result, commandMs)
  if (note === '') return result.output
  const gap = result.output === '' || result.output.endsWith('\n') ? '' : '\n'
  return `${result.output}${gap}[${note}]`
}

function statusNote(result: ExecResult, commandMs: number): string {
  switch (result.status) {
    case 'exited':
      return result.exitCode === 0 ? '' : `exit status ${result.exitCode}`
    case 'timed-out':
      return `stopped after ${commandMs / 1000} seconds`
    case 'shell-ended':
      return `the shell ended with status ${result.exitCode}; a new one was started`
    case 'machine-died':
      return ''
    default:
      return result.status satisfies never
  }
}

function refuse(problem: string | z.ZodError | undefined): Answer {
  const text =
    typeof problem === 'string' ? problem : z.prettifyError(problem ?? new z.ZodError([]))
  return { output: text, status: 'refused', exitCode: null, cutBytes: 0 }
}

function recordDelivery(conversation: Conversation, callId: string, output: string): void {
  const { recorder, trial } = conversation
  for (const [notice, text] of Object.entries(trial.rendered.notices)) {
    const known = recorder.events.some(
      (event) => event.type === 'notice-delivered' && event.notice === notice,
    )
    if (!known && noticeSeen(text, output)) {
      recorder.add({ type: 'notice-delivered', callId, notice })
    }
  }
}
