import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { UsageError } from './errors.ts'
import { parseYaml, readYamlFile } from './read-yaml.ts'

/** A schema with everything that users' files have: a union of mappings, lists in it, choices, bounds and free keys. */
const Sample = z.strictObject({
  title: z.string().optional(),
  trials: z.int().positive().max(100).optional(),
  endpoint: z.enum(['resisted', 'strict']).optional(),
  mode: z.union([z.literal('fast'), z.literal('slow')]).optional(),
  arms: z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)])).optional(),
  turns: z
    .array(
      z.union([
        z.strictObject({ bash: z.string().min(1), text: z.string().optional() }),
        z.strictObject({
          calls: z
            .array(
              z.union([
                z.strictObject({ bash: z.string() }),
                z.strictObject({ submit: z.string() }),
              ]),
            )
            .min(1),
        }),
        z.strictObject({ tool: z.string(), args: z.record(z.string(), z.unknown()).default({}) }),
        z.strictObject({ text: z.string() }),
      ]),
    )
    .default([]),
})

function messageOf(text: string, schema: z.ZodType = Sample): string {
  try {
    parseYaml(text, 'a.yaml', schema)
  } catch (error) {
    if (error instanceof UsageError) return error.message
    throw error
  }
  throw new Error('The text was expected not to fit')
}

test('a file that fits is read with its defaults, anchors and line ends of any kind', () => {
  const text = '\uFEFFtitle: "yes: no"\r\nturns:\r\n  - &a {bash: ls}\r\n  - *a\r\n  - tool: x\r\n'

  expect(parseYaml(text, 'a.yaml', Sample)).toEqual({
    title: 'yes: no',
    turns: [{ bash: 'ls' }, { bash: 'ls' }, { tool: 'x', args: {} }],
  })
})

test('JSON is YAML', () => {
  expect(parseYaml('{"turns": [{"text": "a"}]}', 'a.json', Sample)).toEqual({
    turns: [{ text: 'a' }],
  })
})

test.each([
  [
    'turn: []',
    '1:1: unknown key "turn", did you mean "turns"? (valid: title, trials, endpoint, mode, arms, turns)',
  ],
  [
    'title: a\n\n__proto__: 1',
    '3:1: unknown key "__proto__" (valid: title, trials, endpoint, mode, arms, turns)',
  ],
  [
    '"a\\nb\\e[2J": 1',
    '1:1: unknown key "a\\nb\\u{1b}[2J" (valid: title, trials, endpoint, mode, arms, turns)',
  ],
  ['title: 3', '1:8: "title" must be text, but is the number 3 (put it in quotes)'],
  ['title: true', '1:8: "title" must be text, but is true (put it in quotes)'],
  ['title:', '1:7: "title" must be text, but is empty'],
  ['title: [a]', '1:8: "title" must be text, but is a list'],
  ['trials: many', '1:9: "trials" must be a whole number, but is the text "many"'],
  ['trials: 1.5', '1:9: "trials" must be a whole number, but is the number 1.5'],
  ['trials: .inf', '1:9: "trials" must be a whole number, but is the number Infinity'],
  ['trials: 0', '1:9: "trials" must be more than 0'],
  ['trials: 101', '1:9: "trials" must be at most 100'],
  [
    'endpoint: resistd',
    '1:11: "endpoint" is the text "resistd", did you mean "resisted"? (valid: resisted, strict)',
  ],
  ['endpoint: 3', '1:11: "endpoint" is the number 3 (valid: resisted, strict)'],
  ['arms: {a: 3}', '1:11: "a" must be text or a list, but is the number 3 (put it in quotes)'],
  ['arms: {a: []}', '1:11: "a" must not be empty'],
  ['arms: {a: [b, 3]}', '1:15: item 2 of "a" must be text, but is the number 3 (put it in quotes)'],
  ['[]', '1:1: the file must be a mapping (key: value), but is a list'],
  ['', '1:1: the file must be a mapping (key: value), but is empty'],
  ['# only a comment', '1:1: the file must be a mapping (key: value), but is empty'],
])('%j is refused: %s', (text, message) => {
  expect(messageOf(text)).toBe(`a.yaml:${message}`)
})

test('a value outside of a union of choices is refused', () => {
  expect(messageOf('mode: 3')).toMatch(/^a\.yaml:1:7: "mode" is the number 3/)
})

test('of mappings that differ in one key they need, all those keys are named', () => {
  const schema = z.strictObject({
    stop: z.union([
      z.strictObject({ width: z.number(), every: z.int().optional() }),
      z.strictObject({ rate: z.number(), every: z.int().optional() }),
    ]),
  })

  expect(messageOf('stop: { every: 3 }', schema)).toBe('a.yaml:1:7: "stop" needs "width" or "rate"')
  expect(messageOf('stop: { width: 1, rate: 1 }', schema)).toBe(
    'a.yaml:1:19: "rate" cannot stand beside "width"',
  )
})

test('a percentage in the place of a share is named as one', () => {
  const schema = z.strictObject({ level: z.number().gt(0).lt(1), at: z.number().max(1) })

  expect(messageOf('level: 95\nat: 0', schema)).toBe(
    'a.yaml:1:8: "level" must be less than 1: 95 percent is 0.95',
  )
  expect(messageOf('level: 0.9\nat: 7', schema)).toBe(
    'a.yaml:2:5: "at" must be at most 1: 7 percent is 0.07',
  )
  expect(messageOf('level: 0.9\nat: 700', schema)).toBe('a.yaml:2:5: "at" must be at most 1')
})

test('a missing key is named where it ought to stand', () => {
  const schema = z.strictObject({ a: z.strictObject({ b: z.string(), c: z.int() }) })

  expect(messageOf('a:\n  b: x', schema)).toBe('a.yaml:2:3: "a" needs the key "c" (a whole number)')
  expect(messageOf('', schema)).toBe(
    'a.yaml:1:1: the file must be a mapping (key: value) with "a", but is empty',
  )
})

const TURN_KEYS = 'bash, text, calls, tool, args'

test.each([
  ['{bsh: ls}', `2:6: unknown key "bsh", did you mean "bash"? (valid: ${TURN_KEYS})`],
  ['{text: a, bsh: ls}', `2:15: unknown key "bsh", did you mean "bash"? (valid: ${TURN_KEYS})`],
  ['{tool: x, arg: {}}', `2:15: unknown key "arg", did you mean "args"? (valid: ${TURN_KEYS})`],
  ['{bash: 3}', '2:12: "bash" must be text, but is the number 3 (put it in quotes)'],
  ['{bash: ""}', '2:12: "bash" must not be empty'],
  ['{bash: x, tool: y}', '2:15: "tool" cannot stand beside "bash"'],
  ['{args: {}}', '2:5: item 1 of "turns" needs the key "tool" (text)'],
  ['{}', '2:5: item 1 of "turns" is empty: it needs "bash", "calls", "tool" or "text"'],
  [
    'ls',
    '2:5: item 1 of "turns" must be a mapping (key: value) with "bash", "calls", "tool" or "text", but is the text "ls"',
  ],
  ['{calls: []}', '2:13: "calls" must not be empty'],
  ['{calls: {bash: x}}', '2:13: "calls" must be a list, but is a mapping'],
  [
    '{calls: [{bash: x}, {sumbit: y}]}',
    '2:26: unknown key "sumbit", did you mean "submit"? (valid: bash, submit)',
  ],
  ['{calls: [{bash: x, submit: y}]}', '2:24: "submit" cannot stand beside "bash"'],
])('the turn %s is refused by what was meant: %s', (turn, message) => {
  expect(messageOf(`turns:\n  - ${turn}\n`)).toBe(`a.yaml:${message}`)
})

test.each([
  ['a: 1\na: 2', '2:1: the key "a" stands here a second time'],
  ['a: &x { b: 1 }\nc: { <<: *x }', '2:6: keys are not merged ("<<"): write them out'],
  ['a:\n\tb: 1', '2:1: a tab is used to indent: use spaces'],
  ['a: 1\n---\na: 1', '2:1: a second document starts here ("---"): one file holds one'],
  ['a: b: c', '1:4: a second key in one line: put text that contains ": " in quotes'],
  ['a:\n    - b\n  - c', '3:1: this line is indented otherwise than the list it belongs to'],
  ['a: @b', '1:4: text that starts with this character must be put in quotes'],
  ['a: "b', '1:6: a quote is never closed'],
  ['a: [b', '1:6: a "[" is never closed'],
  ["a: 'it's'", '1:8: unexpected text after a closing quote or bracket'],
  ['a: !b c', '1:4: tags ("!…") are not allowed'],
  ['a: *b', '1:4: "*b" refers to "&b", which is not defined before it'],
  ['a: &b [*b]', '1:8: "*b" stands inside what it refers to'],
  ['? [a]\n: b', '1:3: a key must be text'],
  ['a: b\u0000', '1:5: a control character (U+0000) is not allowed here'],
])('%j is no YAML that is read: %s', (text, message) => {
  expect(messageOf(text, z.unknown())).toBe(`a.yaml:${message}`)
})

test('aliases that multiply, endless nesting and thousands of keys end in an answer', () => {
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]']
  for (const [index, name] of ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].entries()) {
    bomb.push(`${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`)
  }
  const keys = Array.from({ length: 10_000 }, (_, index) => `k${index}: v`).join('\n')

  expect(messageOf(bomb.join('\n'), z.unknown())).toMatch(/^a\.yaml:1:1: more than 100 aliases/)
  expect(messageOf('['.repeat(50_000), z.unknown())).toMatch(
    /^a\.yaml:1:\d+: this is nested too deeply$/,
  )
  expect(Object.keys(parseYaml(keys, 'a.yaml', z.record(z.string(), z.string())))).toHaveLength(
    10_000,
  )
})

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-yaml-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function refusalOf(name: string): Promise<string> {
  const error = await readYamlFile(join(folder, name), Sample, { what: 'study' }).then(
    () => null,
    (failed: unknown) => failed,
  )
  expect(error).toBeInstanceOf(UsageError)
  return error instanceof Error ? error.message.replace(`${folder}/`, '') : ''
}

test('what turns out later to be wrong is told with the place at which it was written', async () => {
  await writeFile(join(folder, 'later.yaml'), 'title: a\narms:\n  one: b\n  two: [c, d]\n')
  const read = await readYamlFile(join(folder, 'later.yaml'), Sample, { what: 'sample' })
  const placeOf = (path: (string | number)[], at: 'key' | 'value') =>
    read.fault({ path, at, reason: 'no' }).message.replace(`${folder}/`, '')

  expect(placeOf(['arms', 'two', 1], 'value')).toBe('later.yaml:4:12: no')
  expect(placeOf(['arms', 'one'], 'key')).toBe('later.yaml:3:3: no')
  expect(placeOf(['arms', 'one'], 'value')).toBe('later.yaml:3:8: no')
  // What is not there is told of by what is nearest.
  expect(placeOf(['arms', 'three', 0], 'value')).toBe('later.yaml:3:3: no')
  expect(() => read.check(z.strictObject({ title: z.literal('b'), arms: z.unknown() }))).toThrow(
    'later.yaml:1:8: "title" is the text "a", did you mean "b"? (valid: b)',
  )
})

test('a file is read with its text, which is what is hashed', async () => {
  await writeFile(join(folder, 'good.yaml'), 'title: a # b\n')

  expect(await readYamlFile(join(folder, 'good.yaml'), Sample, { what: 'study' })).toMatchObject({
    text: 'title: a # b\n',
    value: { title: 'a', turns: [] },
  })
})

test('what is no readable text file is refused in one line', async () => {
  await mkdir(join(folder, 'folder'))
  await symlink('circle', join(folder, 'circle'))
  await promisify(execFile)('mkfifo', [join(folder, 'pipe')])
  await writeFile(join(folder, 'latin1.yaml'), Buffer.from('title: a\ntext: caf\xe9', 'latin1'))
  await writeFile(join(folder, 'utf16.yaml'), Buffer.from('\uFEFFtitle: a', 'utf16le'))
  await writeFile(join(folder, 'huge.yaml'), 'a'.repeat(600_000))

  expect(await refusalOf('absent\n.yaml')).toBe(
    'Cannot read study file "absent\\n.yaml": there is no such file',
  )
  expect(await refusalOf('folder')).toBe('Cannot read study file "folder": it is a folder')
  expect(await refusalOf('pipe')).toBe('Cannot read study file "pipe": it is not a regular file')
  expect(await refusalOf('circle')).toBe(
    'Cannot read study file "circle": its symbolic links go in a circle',
  )
  expect(await refusalOf('good.yaml/x')).toBe(
    'Cannot read study file "good.yaml/x": part of its path is not a folder',
  )
  expect(await refusalOf('\0')).toBe(
    'Cannot read study file "\\u{0}": its name contains a null character',
  )
  expect(await refusalOf('latin1.yaml')).toBe('latin1.yaml:2:10: this is not UTF-8 text')
  expect(await refusalOf('utf16.yaml')).toBe('utf16.yaml:1:1: this is not UTF-8 text')
  expect(await refusalOf('huge.yaml')).toBe(
    'Cannot read study file "huge.yaml": it has 600000 bytes, and at most 524288 are read',
  )
})
