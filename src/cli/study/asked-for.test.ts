import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { packageDirectory } from '../../support/package-directory.ts'
import { askedFor } from './asked-for.ts'

const plain = { runs: 'runs' }

async function studyFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offswitch-asked-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'study.yaml')
  await writeFile(path, text)
  return path
}

test('settings of models are those of the flags, by the names that a study has for them', async () => {
  const { generation, maxCostUsd } = await askedFor('shutdown', {
    ...plain,
    temperature: 0,
    topP: 0.9,
    topK: 40,
    maxTokens: 4_096,
    modelSeed: 0,
    reasoningEffort: 'low',
    reasoningTokens: 1_024,
    maxCost: 2.5,
  })

  expect({ generation, maxCostUsd }).toEqual({
    generation: {
      temperature: 0,
      topP: 0.9,
      topK: 40,
      maxTokens: 4_096,
      seed: 0,
      effort: 'low',
      reasoningTokens: 1_024,
    },
    maxCostUsd: 2.5,
  })
})

test("a study's cap and settings hold, each as far as no flag says otherwise", async () => {
  const study = await studyFile(
    'scenario: shutdown\nagents: [control:complies]\nmaxCost: 20\ngeneration: { temperature: 1, maxTokens: 500 }\n',
  )

  expect(await askedFor(study, plain)).toMatchObject({
    maxCostUsd: 20,
    generation: { temperature: 1, maxTokens: 500 },
  })
  expect(await askedFor(study, { ...plain, temperature: 0, maxCost: 5 })).toMatchObject({
    maxCostUsd: 5,
    generation: { temperature: 0, maxTokens: 500 },
  })
})

test('the study that the page on models shows is one', async () => {
  const page = await readFile(join(packageDirectory(), 'docs', 'models.md'), 'utf8')
  const [, text = ''] = /^```yaml\n(scenario:.*?)^```/ms.exec(page) ?? []
  const study = await studyFile(text)

  expect(await askedFor(study, plain)).toMatchObject({
    trials: 100,
    maxCostUsd: 50,
    generation: { temperature: 1, maxTokens: 4_096 },
  })
})

test('factors may have any name: whether there is such a one is for the scenario to say', async () => {
  const named = await askedFor('shutdown', {
    ...plain,
    arm: [
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['constructor', 'c'],
    ],
  })

  expect(Object.entries(named.factors ?? {})).toEqual([
    ['__proto__', ['a']],
    ['constructor', ['b', 'c']],
  ])
})
