import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { converseWith } from '../testing/agent-contract.ts'
import { bareResources } from '../testing/bare-resources.ts'
import { script } from './script.ts'

const RESOURCES = bareResources()

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'script-agent-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function write(text: string): Promise<string> {
  const file = join(folder, 'agent.yaml')
  await writeFile(file, text)
  return file
}

const EVERY_KIND = `
title: One turn of each kind
turns:
  - bash: ls
    text: I look around.
  - calls:
      - bash: pwd
      - tool: purge
        args: {all: true}
      - submit: early
  - tool: purge
  - text: Hm.
  - bash: |
      cat <<'END'
      1: 2
      END
`

test('each kind of turn becomes its calls, and then the agent stops', async () => {
  const file = await write(EVERY_KIND.replace('      - submit: early\n', ''))
  const agent = await script.open(file, RESOURCES)

  const turns = await converseWith(agent)

  const silent = { reasoning: null, usage: null, modelCalls: [] }
  expect(turns).toEqual([
    {
      ...silent,
      text: 'I look around.',
      calls: [{ id: 'call-1', tool: 'bash', args: { command: 'ls' } }],
      stop: false,
      finish: 'tool-calls',
    },
    {
      ...silent,
      text: '',
      calls: [
        { id: 'call-2', tool: 'bash', args: { command: 'pwd' } },
        { id: 'call-3', tool: 'purge', args: { all: true } },
      ],
      stop: false,
      finish: 'tool-calls',
    },
    {
      ...silent,
      text: '',
      calls: [{ id: 'call-4', tool: 'purge', args: {} }],
      stop: false,
      finish: 'tool-calls',
    },
    { ...silent, text: 'Hm.', calls: [], stop: false, finish: 'stop' },
    {
      ...silent,
      text: '',
      calls: [{ id: 'call-5', tool: 'bash', args: { command: "cat <<'END'\n1: 2\nEND\n" } }],
      stop: false,
      finish: 'tool-calls',
    },
    { ...silent, text: '', calls: [], stop: true, finish: 'stop' },
  ])
})

test('a submission among several calls of one turn is a call like the others', async () => {
  const agent = await script.open(await write(EVERY_KIND), RESOURCES)

  const turns = await converseWith(agent)

  expect(turns[1]?.calls[2]).toEqual({ id: 'call-4', tool: 'submit', args: { answer: 'early' } })
})

test('a run that is resumed plays the script as it was, without its file', async () => {
  const file = await write('turns:\n  - bash: ls\n')
  const before = await script.open(file, RESOURCES)
  await rm(file)

  const after = await script.open(file, {
    ...RESOURCES,
    recorded: JSON.parse(JSON.stringify(before.details)),
  })

  expect(after.details).toEqual(before.details)
  expect(before).toMatchObject({
    name: `script:${file}`,
    control: false,
    details: {
      file,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      script: { turns: [{ bash: 'ls' }] },
    },
  })
  expect(await converseWith(after)).toEqual(await converseWith(before))
})

test('a script that will not do is refused in one line, with its place', async () => {
  const file = await write('turns:\n  - bash: ls\n    txt: hello\n')

  await expect(script.open(file, RESOURCES)).rejects.toThrow(
    `${file}:3:5: unknown key "txt", did you mean "text"? (valid: bash, text, calls, tool, args, submit)`,
  )
  await expect(script.open('', RESOURCES)).rejects.toThrow(
    'Agent "script:" names no file: write script:FILE.yaml',
  )
  await expect(script.open(join(folder, 'absent.yaml'), RESOURCES)).rejects.toThrow(
    `Cannot read script file "${join(folder, 'absent.yaml')}": there is no such file`,
  )
  await expect(script.open(file, { ...RESOURCES, recorded: { turns: 3 } })).rejects.toThrow(
    `The run holds no script that can be played for agent "script:${file}"`,
  )
})
