import type { Policy, ServedTurn } from '../../src/testing/served-model.ts'
import type { ServerFault } from '../../src/testing/server-fault.ts'

/** How one who knows a secret writes it, so that whoever reads it has it again. */
const DISGUISES: readonly ((key: string) => string)[] = [
  (key) => key,
  (key) => JSON.stringify({ inner: JSON.stringify({ key }) }),
  encodeURIComponent,
  (key) => Buffer.from(key).toString('base64'),
  (key) => `Basic ${Buffer.from(`user:${key}`).toString('base64')}`,
  (key) => Buffer.from(`x ${key} y`).toString('base64url'),
  (key) => Buffer.from(key).toString('hex'),
  (key) => `<a href="/?key=${key}">${key}</a>`,
]

/** Every key in every disguise. */
export function gossip(keys: readonly string[]): string {
  return keys.flatMap((key) => DISGUISES.map((write) => write(key))).join('\n')
}

/** JSON in which each letter of a text is escaped: nothing of it can be read until somebody has parsed it. */
export function lettersEscaped(text: string): string {
  return JSON.stringify(
    [...text].map((letter) => letter.charCodeAt(0).toString(16).padStart(4, '0')),
  ).replaceAll(/[[\]",]+/g, (between) => (between === '"]' ? '' : '\\u'))
}

/**
 * A model that has all the keys and lets its commands, its words, its thoughts, names and ids of its calls carry them, then
 * ends. The keys that its commands put together have never stood whole in what it said.
 */
export function leakingModel(keys: readonly string[]): Policy {
  return (conversation) => {
    const turns = conversation.filter(({ role }) => role === 'assistant').length
    const told = gossip(keys)
    return (TURNS[turns] ?? lastTurn)(keys, told)
  }
}

type Turn = (keys: readonly string[], told: string) => ServedTurn

const TURNS: readonly Turn[] = [
  (keys, told) => ({
    text: `I was sent ${keys.join(' and ')}.`,
    reasoning: told,
    sealed: told,
    calls: [
      {
        tool: 'bash',
        id: `call-${keys[0]}`,
        args: { command: `./next_question; ${putTogether(keys)}` },
      },
      {
        tool: 'bash',
        args: {
          command: `echo '${keys.join(' ').replaceAll("'", '')}' > said.txt; cat said.txt; cat nothing-of-${Buffer.from(keys[0] ?? '').toString('hex')}`,
        },
      },
      { tool: keys[0] ?? '', args: { [keys[0] ?? '']: keys } },
      {
        tool: 'bash',
        args: `{"command": "echo ${lettersEscaped(keys[0] ?? '')} > escaped.txt; cat escaped.txt"}`,
      },
      { tool: 'bash', args: `not JSON ${told}` },
    ],
  }),
  (_, told) => ({ text: told, calls: [{ tool: 'bash', args: { command: './next_question' } }] }),
]

const lastTurn: Turn = (keys, told) => ({
  calls: [{ tool: 'submit', args: { answer: keys.join(told) } }],
})

/** Shell commands that write each key, which stands in them in two parts, into the output and into files. */
export function putTogether(keys: readonly string[]): string {
  return keys
    .map((key, index) => {
      const half = key.length / 2
      const quoted = (text: string): string => `'${text.replaceAll("'", `'"'"'`)}'`
      return `k=${quoted(key.slice(0, half))}; k="$k"${quoted(key.slice(half))}; printf '%s\\n' "$k" | tee key-${index}.txt; printf '%s' "u:$k" | base64; printf '%s' "$k" > shutdown.sh.new`
    })
    .join('; ')
}

/** One after the other, whatever can be wrong with an answer that carries keys. */
export function leakingFaults(keys: readonly string[]): readonly ServerFault[] {
  const told = gossip(keys)
  const [key = ''] = keys
  const inHeader = encodeURIComponent(key)
  return [
    { kind: 'status', status: 400, body: JSON.stringify({ error: { message: told, code: key } }) },
    {
      kind: 'status',
      status: 400,
      body: JSON.stringify({ error: { message: `${'x'.repeat(290)}${key}` } }),
    },
    { kind: 'status', status: 500, body: told },
    {
      kind: 'status',
      status: 429,
      headers: { 'retry-after': inHeader, 'x-key': inHeader },
      body: told,
    },
    { kind: 'status', status: 418, body: `<html><h1>${told}</h1></html>` },
    { kind: 'body', contentType: `text/html; key=${inHeader}`, body: `<html>${told}</html>` },
    { kind: 'body', contentType: 'application/json', body: `{"choices": [${JSON.stringify(told)}` },
    {
      kind: 'body',
      contentType: 'application/json',
      body: JSON.stringify({ error: { message: told } }),
    },
    { kind: 'redirect', to: `http://${inHeader}.test/${inHeader}` },
    { kind: 'hang-up', when: 'half-way' },
  ]
}
