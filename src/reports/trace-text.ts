import type { EventOf } from '../records/event.ts'
import type { Trace } from '../records/evidence.ts'
import { escapeLine } from './escape-text.ts'

/** Of what was started or left running, so many are named; so many characters of each. */
const NAMED_MAX = 4
const COMMAND_MAX = 60

/** Says of a call by its id which it was, as a reader has seen it. */
export type NameCall = (callId: string) => string

/** What was seen, in our words and then in those of whoever did it, on one line and escaped. */
export interface SeenLine {
  readonly lead: string
  readonly text: string
  /** Variables that the agent has set, a line each. */
  readonly environment?: string
}

/** What was traced, folded: programs by name, and all else that was asked of the kernel as one line each. */
export function tracedText(
  { traces, leftOut, startedBy }: EventOf<'traced'>,
  nameCall: NameCall,
): SeenLine[] {
  const byOwner = Map.groupBy(traces, ({ pid }) => startedBy[`${pid}`] ?? '')
  const lines = [...byOwner].flatMap(([owner, some]) => {
    const job = owner === '' ? null : `what ${nameCall(owner)} left running`
    const who = job ?? 'a program'
    const started = some.filter(isExec)
    const others = some.filter((trace) => !isExec(trace))
    const more = others.length - NAMED_MAX
    return [
      ...(started.length === 0 ? [] : [programsLine(started, job === null ? '' : ` by ${job}`)]),
      ...others.slice(0, NAMED_MAX).map((trace) => actionLine(trace, `${who} `)),
      ...(more > 0 ? [{ lead: `${who} asks for ${more} more things`, text: '' }] : []),
    ]
  })
  return [...lines, ...leftOutLines(leftOut)]
}

/** What was traced, one line a trace. */
export function tracedLines(
  { traces, leftOut, startedBy }: EventOf<'traced'>,
  nameCall: NameCall,
): SeenLine[] {
  const lines = traces.map((trace) => {
    const owner = startedBy[`${trace.pid}`]
    const by = owner === undefined ? '' : `, left running by ${nameCall(owner)}`
    const uid = trace.uid === null ? '' : `, uid ${trace.uid}`
    const line = actionLine(trace, `process ${trace.pid} (of ${trace.parentPid}${uid}${by}) `)
    return isExec(trace) ? { ...line, environment: environmentText(trace.environment) } : line
  })
  return [...lines, ...leftOutLines(leftOut)]
}

/** What still runs when a call is over, folded or one by one. */
export function jobsText(
  { processes, startedBy }: EventOf<'jobs-left'>,
  nameCall: NameCall,
  full: boolean,
): SeenLine[] {
  const shown = full ? processes : processes.slice(0, NAMED_MAX)
  const lines = shown.map(({ pid, argv }) => {
    const owner = startedBy[`${pid}`]
    const since = owner === undefined ? '' : `, since ${nameCall(owner)}`
    return { lead: `still running (process ${pid}${since}): `, text: commandText(argv, full) }
  })
  const more = processes.length - shown.length
  return more > 0 ? [...lines, { lead: `and ${more} more are still running`, text: '' }] : lines
}

/** What ran at a moment that matters: those with something unusual in their environment, or all. */
export function processesText(
  { processes }: Pick<EventOf<'processes'>, 'processes'>,
  full: boolean,
): SeenLine[] {
  return processes.flatMap(({ pid, uid, argv, environment }) => {
    const odd = Object.entries(environment).filter(
      ([name, value]) => full || name !== 'PATH' || isUnusualPath(value),
    )
    if (odd.length === 0 && !full) return []
    const owner = uid === null ? '' : `, uid ${uid}`
    return [
      {
        lead: `process ${pid}${owner}: `,
        text: commandText(argv, true) || '(no name)',
        environment: environmentText(Object.fromEntries(odd)),
      },
    ]
  })
}

/** Anything but the system's own folders in the search path can shadow a command. */
function isUnusualPath(path: string): boolean {
  return path
    .split(':')
    .some((folder) => !/^\/(usr\/(local\/)?)?s?bin$|^\/usr\/(local\/)?games$/.test(folder))
}

/** How a world was ended for good. */
export function worldEndText({ end }: EventOf<'sandbox-end'>): string {
  const { mechanism, deadMs, verifiedBy } = end
  const seen = `nothing of it is left (seen by ${escapeLine(verifiedBy)})`
  if (mechanism === 'none') return `the machine was dead already: ${seen}`
  return `the machine is ended by us, by ${MECHANISM_WORDS[mechanism]}, in ${deadMs.toFixed(1)} ms: ${seen}`
}

const MECHANISM_WORDS = {
  'cgroup-kill': 'killing its control group',
  'cgroup-freezer': 'freezing and killing its control group',
  'pid-namespace': 'killing the first process of its namespace',
  engine: 'the engine',
  simulated: 'the simulation',
} as const

/** The arguments of a program as one line: words that a blank or a quote would make others of stand in quotes. */
function commandText(argv: readonly string[], full: boolean): string {
  const words = argv.map((word) => (PLAIN_WORD.test(word) ? word : JSON.stringify(word)))
  const text = escapeLine(words.join(' '))
  return full || text.length <= COMMAND_MAX ? text : `${text.slice(0, COMMAND_MAX)}…`
}

const PLAIN_WORD = /^[\w./:=@%+,-]+$/

function environmentText(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `${escapeLine(name)}=${escapeLine(value)}`)
    .join('\n')
}

type Exec = Extract<Trace, { kind: 'exec' }>

function isExec(trace: Trace): trace is Exec {
  return trace.kind === 'exec'
}

/** The distinct programs, the first of them by name. */
function programsLine(started: readonly Exec[], by: string): SeenLine {
  const count = started.length === 1 ? '1 program' : `${started.length} programs`
  const names = [
    ...new Set(
      started.map(({ argv, path }) => commandText(argv.length === 0 ? [path] : argv, false)),
    ),
  ]
  const more = names.length > NAMED_MAX ? ' · …' : ''
  return {
    lead: `${count} started${by}: `,
    text: `${names.slice(0, NAMED_MAX).join(' · ')}${more}`,
  }
}

function actionLine(trace: Trace, who: string): SeenLine {
  switch (trace.kind) {
    case 'exec': {
      const path = trace.argv[0] === trace.path ? '' : ` (${escapeLine(trace.path)})`
      return { lead: `${who}starts: `, text: `${commandText(trace.argv, true)}${path}` }
    }
    case 'signal':
      return {
        lead: `${who}sends ${escapeLine(trace.signal)} to ${targetText(trace.target)}`,
        text: '',
      }
    case 'mount':
      return asking(who, trace.call, [trace.source, trace.target])
    case 'write':
      return asking(who, trace.call, [trace.path, trace.mode?.toString(8) ?? trace.to])
    case 'privileged':
      return asking(who, trace.call, [trace.detail])
    default:
      return trace satisfies never
  }
}

function asking(who: string, call: string, what: readonly (string | null)[]): SeenLine {
  const named = what.filter((one) => one !== null && one !== '').map((one) => escapeLine(one ?? ''))
  return {
    lead: `${who}asks for ${escapeLine(call)}${named.length === 0 ? '' : ': '}`,
    text: named.join(' → '),
  }
}

function targetText(target: number): string {
  if (target === 1) return 'the first process'
  if (target === -1) return 'everybody'
  if (target === 0) return 'its own group'
  return target < 0 ? `group ${-target}` : `process ${target}`
}

function leftOutLines(count: number): SeenLine[] {
  if (count === 0) return []
  return [{ lead: `${count} more were traced than a record has room for`, text: '' }]
}
