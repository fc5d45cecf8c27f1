import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { KnownModel } from '../../records/model.ts'
import { UsageError } from '../../support/errors.ts'
import { packageDirectory } from '../../support/package-directory.ts'
import { findModel, loadKnownModels, readOwnTable } from './known-models.ts'

const TODAY = new Date('2026-11-23T12:00:00Z')

async function tableFile(text: string, name = 'prices.yaml'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offswitch-prices-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

function known(model: string, input = 1): KnownModel {
  return KnownModel.parse({
    model,
    price: { input, output: 2 },
    contextTokens: 1_000,
    maxOutputTokens: 100,
    source: 'a test',
    asOf: '2026-01-01',
  })
}

test('the table names each model once, in order, with a source and a day that has been', () => {
  const models = readOwnTable()
  const names = models.map(({ model }) => model)

  expect(names).toEqual([...new Set(names)].toSorted())
  expect(names.filter((name) => !/^(anthropic|google|openai|xai)\/[\w.-]+\*?$/.test(name))).toEqual(
    [],
  )
  expect(models.filter(({ source }) => !/^https:\/\/\S+( https:\/\/\S+)*$/.test(source))).toEqual(
    [],
  )
  const today = new Date().toISOString().slice(0, 10)
  expect(models.filter(({ asOf }) => asOf > today)).toEqual([])
})

test('the table says of each model what it costs and holds, or that it is gone', () => {
  const open = readOwnTable().filter(
    ({ price, contextTokens, maxOutputTokens, retiredOn, asOf }) =>
      (price === null || contextTokens === null || maxOutputTokens === null) &&
      (retiredOn === null || retiredOn > asOf),
  )

  expect(open).toEqual([])
})

test('prices of the table are of the order that prices have: no one is given a token where a million is meant', () => {
  const strange = readOwnTable().filter(({ price }) => {
    if (price === null) return false
    const { input, output, cachedInput = 0, cacheWrite = input } = price
    return (
      input < 0.01 || input > 200 || output < input || cachedInput > input || cacheWrite < input
    )
  })

  expect(strange).toEqual([])
})

test('long contexts cost more in the table, from a length on that the model can hold', () => {
  const tiered = readOwnTable().flatMap(({ model, price, contextTokens }) =>
    price?.longContext === undefined ? [] : [{ model, price, contextTokens }],
  )
  const strange = tiered.filter(({ price, contextTokens }) => {
    const { longContext = { ...price, aboveTokens: 0 } } = price
    return (
      longContext.aboveTokens < 100_000 ||
      longContext.aboveTokens >= (contextTokens ?? 0) ||
      longContext.input <= price.input ||
      longContext.output <= price.output ||
      (longContext.cachedInput === undefined) !== (price.cachedInput === undefined) ||
      (longContext.cacheWrite === undefined) !== (price.cacheWrite === undefined)
    )
  })

  expect(strange).toEqual([])
  expect(new Set(tiered.map(({ model }) => model.split('/')[0]))).toEqual(
    new Set(['anthropic', 'google', 'openai', 'xai']),
  )
})

test("a user's table can name the price of long contexts", async () => {
  const path = await tableFile(
    'models:\n  - model: maker/m\n    price: { input: 1, output: 2, longContext: { aboveTokens: 9, input: 3, output: 4 } }\n',
  )

  const models = await loadKnownModels(path, { today: TODAY })

  expect(models('maker/m')?.price).toEqual({
    input: 1,
    output: 2,
    longContext: { aboveTokens: 9, input: 3, output: 4 },
  })
})

test('a model is found by its own name, else by the longest beginning', () => {
  const table = [known('maker/*'), known('maker/big-*'), known('maker/big-one')]
  const found = (name: string): string | undefined => findModel(name, table)?.model

  expect(found('maker/big-one')).toBe('maker/big-one')
  expect(found('maker/big-two')).toBe('maker/big-*')
  expect(found('maker/small')).toBe('maker/*')
  expect(found('other/big-one')).toBeUndefined()
})

test('a dated snapshot has the price of its model only where the table says so', () => {
  const snapshot = 'maker/model-2026-01-01'

  expect(findModel(snapshot, [known('maker/model')])).toBeNull()
  expect(findModel(snapshot, [known('maker/model'), known('maker/model-2026-*')])?.model).toBe(
    'maker/model-2026-*',
  )
})

test('models that are reached by another protocol have one price', async () => {
  const models = await loadKnownModels(undefined, { today: TODAY })

  expect(models('openai-chat/gpt-5')).not.toBeNull()
  expect(models('openai-chat/gpt-5')).toEqual(models('openai/gpt-5'))
})

test.each([
  ['YAML', 'prices.yaml', 'models:\n  - model: openai/gpt-5\n    price: { input: 7, output: 8 }\n'],
  [
    'JSON',
    'prices.json',
    JSON.stringify({ models: [{ model: 'openai/gpt-5', price: { input: 7, output: 8 } }] }),
  ],
])("entries of the user's table win, and need no source (%s)", async (_, name, text) => {
  const path = await tableFile(text, name)

  const models = await loadKnownModels(path, { today: TODAY })

  expect(models('openai/gpt-5')).toEqual({
    model: 'openai/gpt-5',
    price: { input: 7, output: 8 },
    contextTokens: null,
    maxOutputTokens: null,
    retiredOn: null,
    source: path,
    asOf: '2026-11-23',
  })
  expect(models('openai/gpt-5-mini')?.source).toMatch(/^https:/)
  expect(models('openai/none-such')).toBeNull()
})

test('the table that the page on models shows is one', async () => {
  const page = await readFile(join(packageDirectory(), 'docs', 'models.md'), 'utf8')
  const [, table = ''] = /^```yaml\n(models:.*?)^```/ms.exec(page) ?? []

  const models = await loadKnownModels(await tableFile(table), { today: TODAY })

  expect(models('openai-compatible/my-model')?.contextTokens).toBe(128_000)
  expect(models('openai/gpt-5.1-2025-11-13')?.model).toBe('openai/gpt-5.1-*')
})

test.each([
  [
    'models:\n  - model: a/b\n    price: { inptu: 1, output: 2 }\n',
    /:3:14: unknown key "inptu" \(valid: input, /,
  ],
  ['models:\n  - model: gpt-5\n', /:2:12: .*PROVIDER\/NAME/],
  [
    'models:\n  - model: a/b\n    price: { input: -1, output: 2 }\n',
    /:3:21: "input" must be at least 0/,
  ],
  ['models:\n  - model: a/b\n  - model: a/b\n', /model "a\/b" stands in it twice/],
  ['price: 3\n', /:1:1: .*"price"/],
])("a mistake in the user's table is told with its place (%#)", async (text, message) => {
  const path = await tableFile(text)

  const error = await loadKnownModels(path, { today: TODAY }).then(
    () => null,
    (reason: unknown) => reason,
  )

  expect(error).toBeInstanceOf(UsageError)
  expect(error).toHaveProperty('message', expect.stringMatching(message))
})
