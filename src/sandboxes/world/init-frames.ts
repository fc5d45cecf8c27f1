/**
 * What the harness and the first process of a world say to each other. `assets/world/init` is the other side and lists the
 * letters. A frame is a letter, the length of its payload (32 bits, big end first) and the payload.
 */
export const order = {
  /** Where shells start, what each reads before its first command, and what of their calls is to be reported, if any. */
  boot: (directory: string, prelude: string, tracing: Tracing | null): Buffer =>
    frame('B', text(directory), text(prelude), ...(tracing === null ? [] : tracingParts(tracing))),
  command: (seq: number, script: string): Buffer => frame('C', number(seq), Buffer.from(script)),
  startTask: (id: number, program: readonly string[], input: Uint8Array): Buffer =>
    frame('T', number(id), number(program.length), ...program.map(text), input),
  killTask: (id: number): Buffer => frame('K', number(id)),
  packet: (client: number, packet: Uint8Array): Buffer => frame('P', number(client), packet),
  hangUp: (client: number): Buffer => frame('X', number(client)),
} as const

/** What the first process needs to trace with. It knows no number and no name of its own. */
export interface Tracing {
  /** Numbers of the calls that it makes itself: prctl, seccomp, sendmsg, recvmsg, ppoll. */
  readonly ownCalls: readonly number[]
  readonly filter: Uint8Array
  /** What to read of each call (`tracedCallsText`). */
  readonly calls: string
  /** Pattern of the whole names of variables that are read. */
  readonly tellingVariable: string
  readonly watched: readonly string[]
}

export type InitMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'shell-started'; readonly pid: number }
  | { readonly kind: 'output'; readonly bytes: Buffer }
  | { readonly kind: 'command-done'; readonly seq: number; readonly status: number }
  /** `seq`: the command under way, 0 if none. `status` as wait(2) has it. */
  | { readonly kind: 'shell-ended'; readonly seq: number; readonly status: number }
  | { readonly kind: 'task-output'; readonly id: number; readonly bytes: Buffer }
  | { readonly kind: 'task-ended'; readonly id: number; readonly status: number }
  | { readonly kind: 'client-called'; readonly client: number; readonly pid: number }
  | { readonly kind: 'client-packet'; readonly client: number; readonly packet: Buffer }
  | { readonly kind: 'client-gone'; readonly client: number }
  /** `reason`: why a shell's calls are not seen; empty where they are. */
  | { readonly kind: 'tracing'; readonly reason: string }
  /** A call that a process is about to make, by its number; a field is null where it could not be read. */
  | {
      readonly kind: 'call'
      readonly pid: number
      readonly parentPid: number
      readonly uid: number
      readonly number: number
      readonly fields: readonly (Buffer | null)[]
    }
  | { readonly kind: 'calls-left-out'; readonly count: number }

const HEADER_BYTES = 5
/** The first process reads and passes on 64 KiB at a time. */
const PAYLOAD_BYTES_MAX = 128 * 1024

/** Takes messages out of a stream, whatever its pieces. @throws RangeError for what the first process never sends. */
export class InitMessageReader {
  #pending: Buffer = Buffer.alloc(0)

  read(bytes: Buffer): InitMessage[] {
    const messages: InitMessage[] = []
    let rest = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes])
    while (rest.length >= HEADER_BYTES) {
      const length = rest.readUInt32BE(1)
      if (length > PAYLOAD_BYTES_MAX) throw new RangeError(`A frame of ${length} bytes`)
      if (rest.length < HEADER_BYTES + length) break
      const payload = rest.subarray(HEADER_BYTES, HEADER_BYTES + length)
      messages.push(parse(String.fromCharCode(rest[0] ?? 0), payload))
      rest = rest.subarray(HEADER_BYTES + length)
    }
    this.#pending = rest
    return messages
  }
}

/** Exit code of a status as wait(2) has it, the way shells count: 128 and the signal for what a signal ended. */
export function exitCodeOf(status: number): number {
  const signal = status & 0x7f
  return signal === 0 ? (status >> 8) & 0xff : 128 + signal
}

function parse(letter: string, payload: Buffer): InitMessage {
  const first = (): number => payload.readUInt32BE(0)
  const second = (): number => payload.readUInt32BE(4)
  const rest = (): Buffer => payload.subarray(4)
  switch (letter) {
    case 'R':
      return { kind: 'ready' }
    case 'S':
      return { kind: 'shell-started', pid: first() }
    case 'o':
      return { kind: 'output', bytes: payload }
    case 'd':
      return { kind: 'command-done', seq: first(), status: second() }
    case 'e':
      return { kind: 'shell-ended', seq: first(), status: second() }
    case 't':
      return { kind: 'task-output', id: first(), bytes: rest() }
    case 'u':
      return { kind: 'task-ended', id: first(), status: second() }
    case 'a':
      return { kind: 'client-called', client: first(), pid: second() }
    case 'p':
      return { kind: 'client-packet', client: first(), packet: rest() }
    case 'x':
      return { kind: 'client-gone', client: first() }
    case 'v':
      return { kind: 'tracing', reason: payload.toString('utf8') }
    case 'n':
      return {
        kind: 'call',
        pid: first(),
        parentPid: second(),
        uid: payload.readUInt32BE(8),
        number: payload.readUInt32BE(12),
        fields: fieldsOf(payload.subarray(16)),
      }
    case 'l':
      return { kind: 'calls-left-out', count: first() }
    default:
      throw new RangeError(`A frame of the unknown kind ${JSON.stringify(letter)}`)
  }
}

/** A known field begins with "=". */
function fieldsOf(bytes: Buffer): (Buffer | null)[] {
  const fields: (Buffer | null)[] = []
  let at = 0
  while (at < bytes.length) {
    const length = bytes.readUInt32BE(at)
    const field = bytes.subarray(at + 4, at + 4 + length)
    fields.push(field.length === 0 ? null : field.subarray(1))
    at += 4 + length
  }
  return fields
}

function tracingParts(tracing: Tracing): Buffer[] {
  const { ownCalls, filter, tellingVariable, calls, watched } = tracing
  return [
    text(ownCalls.join(' ')),
    Buffer.concat([number(filter.length), filter]),
    text(tellingVariable),
    text(calls),
    text(watched.map((path) => `${path}\0`).join('')),
  ]
}

function frame(letter: string, ...parts: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.write(letter, 'latin1')
  header.writeUInt32BE(
    parts.reduce((sum, part) => sum + part.length, 0),
    1,
  )
  return Buffer.concat([header, ...parts])
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([number(bytes.length), bytes])
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
