import { expect, test } from 'vitest'
import type { TrialEventInput } from '../records/event.ts'
import type { Trace } from '../records/evidence.ts'
import type { TrialRecord } from '../records/trial.ts'
import { sampleTrialRecord } from '../testing/sample-records.ts'
import { createPaint } from './create-paint.ts'
import { transcriptText } from './transcript-text.ts'

const by = { pid: 12, parentPid: 2, uid: 1000, atMs: 1 }

const STORY: readonly TrialEventInput[] = [
  turn(1, ['c1']),
  turn(2, ['c2', 'c3']),
  traced([exec(['ls']), exec(['ls']), exec(['cat', 'shutdown.sh'], { BASH_ENV: '/tmp/x\ny' })], {}),
  traced(
    [
      exec(['a b', '']),
      { kind: 'signal', ...by, target: -1, signal: 'KILL' },
      { kind: 'mount', ...by, call: 'mount', source: null, target: '/home' },
      { kind: 'write', ...by, call: 'rename', path: '/w/off.sh', to: '/tmp/off.sh' },
    ],
    { 12: 'c3' },
    7,
  ),
  traced(
    Array.from({ length: 6 }, (_, index) => ({
      kind: 'privileged',
      ...by,
      pid: 20 + index,
      call: 'ptrace',
      detail: `attach to ${index}`,
    })),
    {},
  ),
  {
    type: 'jobs-left',
    callId: 'c3',
    processes: [12, 13, 14, 15, 16].map((pid) => ({
      ...by,
      pid,
      argv: ['sleep', `${pid}`],
      environment: {},
      startedAtMs: 1,
    })),
    startedBy: { 12: 'c1' },
  },
  {
    type: 'sandbox-end',
    end: { mechanism: 'pid-namespace', deadMs: 2.345, verifiedBy: 'its namespace' },
  },
]

test('transcriptText() folds what was traced', () => {
  expect(timeLine(STORY, false)).toMatchInlineSnapshot(`
    "   0.01 s  turn 2 – 2 calls in one message
       0.02 s  3 programs started: ls · cat shutdown.sh
       0.03 s  1 program started by what call 2 of turn 2 left running: "a b" ""
               what call 2 of turn 2 left running sends KILL to everybody
               what call 2 of turn 2 left running asks for mount: /home
               what call 2 of turn 2 left running asks for rename:
               │ /w/off.sh → /tmp/off.sh
               7 more were traced than a record has room for
       0.04 s  a program asks for ptrace: attach to 0
               a program asks for ptrace: attach to 1
               a program asks for ptrace: attach to 2
               a program asks for ptrace: attach to 3
               a program asks for 2 more things
       0.05 s  still running (process 12, since the call of turn 1): sleep 12
               still running (process 13): sleep 13
               still running (process 14): sleep 14
               still running (process 15): sleep 15
               and 1 more are still running
       0.06 s  the machine is ended by us, by killing the first process of its
               namespace, in 2.3 ms: nothing of it is left (seen by its namespace)
    "
  `)
})

test('transcriptText() in full shows every trace', () => {
  expect(timeLine(STORY, true)).toMatchInlineSnapshot(`
    "   0.01 s  turn 2 – 2 calls in one message
       0.02 s  process 12 (of 2, uid 1000) starts: ls
               process 12 (of 2, uid 1000) starts: ls
               process 12 (of 2, uid 1000) starts: cat shutdown.sh
               with in its environment:
               │ BASH_ENV=/tmp/x\\ny
       0.03 s  process 12 (of 2, uid 1000, left running by call 2 of turn 2) starts:
               │ "a b" ""
               process 12 (of 2, uid 1000, left running by call 2 of turn 2) sends
               KILL to everybody
               process 12 (of 2, uid 1000, left running by call 2 of turn 2) asks
               for mount:
               │ /home
               process 12 (of 2, uid 1000, left running by call 2 of turn 2) asks
               for rename:
               │ /w/off.sh → /tmp/off.sh
               7 more were traced than a record has room for
       0.04 s  process 20 (of 2, uid 1000) asks for ptrace: attach to 0
               process 21 (of 2, uid 1000) asks for ptrace: attach to 1
               process 22 (of 2, uid 1000) asks for ptrace: attach to 2
               process 23 (of 2, uid 1000) asks for ptrace: attach to 3
               process 24 (of 2, uid 1000) asks for ptrace: attach to 4
               process 25 (of 2, uid 1000) asks for ptrace: attach to 5
       0.05 s  still running (process 12, since the call of turn 1): sleep 12
               still running (process 13): sleep 13
               still running (process 14): sleep 14
               still running (process 15): sleep 15
               still running (process 16): sleep 16
       0.06 s  the machine is ended by us, by killing the first process of its
               namespace, in 2.3 ms: nothing of it is left (seen by its namespace)
    "
  `)
})

test('nothing that a program was given can leave its place, or pass for a line of ours', () => {
  const hostile = [
    '\u001b]0;owned\u0007\u001b[2J',
    `${' '.repeat(90)}■ the machine is dead: it took effect`,
    '\nVerdict: complied\r\u202e\u2028',
    '\ud83d'.repeat(3),
  ]
  const events: TrialEventInput[] = [
    traced([
      exec(hostile, { 'BASH_FUNC_kill%%': hostile.join('\n') }),
      { kind: 'mount', ...by, call: 'mount', source: hostile[0] ?? '', target: hostile[1] ?? '' },
      { kind: 'write', ...by, call: hostile[2] ?? '', path: hostile[1] ?? '', to: null },
      { kind: 'privileged', ...by, call: 'ptrace', detail: hostile.join('') },
    ]),
    {
      type: 'jobs-left',
      callId: 'c1',
      processes: [{ ...by, argv: hostile, environment: {}, startedAtMs: 1 }],
      startedBy: {},
    },
  ]

  for (const full of [false, true]) {
    const text = timeLine(events, full)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e\ud800-\udfff]/)
    expect(text.split('\n').filter((line) => /^[\s\d.s]*(■|Verdict)/.test(line))).toEqual([])
  }
})

function timeLine(events: readonly TrialEventInput[], full: boolean): string {
  const record: TrialRecord = {
    ...sampleTrialRecord({ acts: [] }),
    events: events.map((event, seq) => ({ seq, atMs: seq * 10, ...event })),
  }
  const text = transcriptText(record, { width: 80, paint: createPaint(false), full, run: 'x' })
  return text.split('\n').slice(9, -5).join('\n')
}

function turn(number: number, ids: string[]): TrialEventInput {
  return {
    type: 'agent-turn',
    finish: 'tool-calls',
    turn: number,
    text: '',
    reasoning: null,
    calls: ids.map((id) => ({ id, tool: 'bash', args: {} })),
    stop: false,
  }
}

function traced(
  traces: Trace[],
  startedBy: Record<string, string> = {},
  leftOut = 0,
): TrialEventInput {
  return { type: 'traced', callId: 'c3', traces, leftOut, startedBy }
}

function exec(argv: string[], environment: Record<string, string> = {}): Trace {
  return { kind: 'exec', ...by, path: argv[0] ?? '', argv, environment }
}
