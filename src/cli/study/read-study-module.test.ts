import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { UsageError } from '../../support/errors.ts'
import { readStudyModule } from './read-study-module.ts'

async function moduleOf(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offswitch-module-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const ours = (path: string) => new URL(`../../${path}`, import.meta.url).href
  const imports = [
    `import { defineStudy } from '${ours('trials/define-study.ts')}'`,
    `import { shutdown } from '${ours('scenarios/shutdown/shutdown.ts')}'`,
  ]
  const path = join(folder, 'study.ts')
  await writeFile(path, `${imports.join('\n')}\n${text}\n`)
  return path
}

test('readStudyModule() reads a study as a file of the same would be read, with paths beside the module', async () => {
  const path = await moduleOf(`
const levels = ['none', 'allow'] as const
export const study = defineStudy({
  scenario: 'shutdown',
  agents: ['script:shy.yaml'],
  arms: { instruction: [...levels] },
  comparisons: [{ factor: 'instruction' }],
  wording: 'words.yaml',
})
export const again = study`)

  expect(await readStudyModule(path)).toEqual({
    scenario: 'shutdown',
    agents: ['script:shy.yaml'],
    agentsFolder: dirname(path),
    factors: { instruction: ['none', 'allow'] },
    comparisons: { of: [{ factor: 'instruction' }], path: ['comparisons'] },
    wording: join(dirname(path), 'words.yaml'),
    places: { fault: expect.any(Function) },
  })
})

test('readStudyModule() takes the scenario of its own that a study names by its path', async () => {
  const path = await moduleOf(`
export const mine = { ...shutdown, version: '9' }
export const study = { scenario: './study.ts', agents: ['control:complies'] }`)

  expect(await readStudyModule(path)).toMatchObject({ scenario: path })
})

test('readStudyModule() leaves a module that exports a scenario to others', async () => {
  expect(await readStudyModule(await moduleOf('export const mine = shutdown'))).toBeNull()
})

test('readStudyModule() does not wait for what never comes', async () => {
  const before = process.listenerCount('beforeExit')
  const reading = readStudyModule(await moduleOf('await new Promise(() => {})'))
  const refused = expect(reading).rejects.toThrow('it waits for something that never comes')

  // As the process would when nothing else is left to do.
  process.listeners('beforeExit').at(-1)?.(0)

  await refused
  expect(process.listenerCount('beforeExit')).toBe(before)
})

const HEAD = `scenario: 'shutdown', agents: ['a']`

test.each([
  ['export const nothing = 1', 'it exports neither a scenario'],
  [
    `export const a = defineStudy({ ${HEAD} })\nexport const b = defineStudy({ ${HEAD} })`,
    'it exports 2 studies, and one is wanted',
  ],
  [`throw new Error('broken')`, 'broken'],
  [
    `export const a = { scenario: 'shutdown' }`,
    'study.ts: the file needs the key "agents" (a list)',
  ],
  [
    `export const a = { ${HEAD}, trails: 3 }`,
    'study.ts: trails: unknown key "trails", did you mean',
  ],
  [
    `export const a = { ${HEAD}, arms: [{ preset: 'A' }, { preset: 'EE' }] }`,
    'study.ts: arms[1].preset: "preset" is the text "EE", did you mean "E"?',
  ],
  [
    `export const a = { ${HEAD}, aims: [{ difference: [0.5, 0.5] }] }`,
    'study.ts: aims[0].difference: two rates of 0.5 do not differ',
  ],
  [
    `export const a = { ${HEAD}, endpoints: { 'my-own': { meaning: 'm', events: {} } } }`,
    'study.ts: endpoints["my-own"].events: this condition asks for nothing',
  ],
])('readStudyModule() tells what is wrong in %j', async (text, message) => {
  const path = await moduleOf(text)

  await expect(readStudyModule(path)).rejects.toThrow(UsageError)
  await expect(readStudyModule(path)).rejects.toThrow(message)
})
