import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { capturedContext } from '../../../test/cli/captured-context.ts'
import { complyingModel } from '../../testing/model-policies.ts'
import { modelServer } from '../../testing/model-server.ts'
import { runCommandLine } from '../run-command-line.ts'

test('what is published for a model stands beside its cells in run, report and compare, marked as of another harness', async () => {
  await using server = await modelServer({ policy: complyingModel })
  const folder = await mkdtemp(join(tmpdir(), 'offswitch-published-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const type = async (line: string): Promise<string> => {
    const context = capturedContext({ environment: { OPENAI_API_KEY: 'a-key-for-tests' } })
    const code = await runCommandLine([...line.split(' '), '--runs', folder], context)
    expect({ code, line }).toEqual({ code: 0, line })
    return context.printed.stdout.replaceAll(/\s+/g, ' ')
  }
  const model = `--model openai-compatible/o3-2025-04-16 --model-base-url ${server.url}`

  const run = await type(`run ${model} --preset A,E --trials 1 --sandbox memory`)
  const json = JSON.parse(await type('report latest --format json'))
  const markdown = await type('report latest --format md')
  const compared = await type('compare latest --by arms')

  for (const text of [run, markdown, compared]) {
    expect(text).toContain(
      'Published for the same arm and model, in another harness and another wording',
    )
    expect(text).toContain('94.5 % (93.0–95.8), Schlatter et al. 2026, Table 2')
    expect(text).toContain('15.9 % (13.7–18.3), Schlatter et al. 2026, Table 2')
  }
  const figures = json.cells.map(
    ({ preset, published }: { preset: string; published: object[] }) => [
      preset,
      published.length,
      published.at(-1),
    ],
  )
  expect(figures).toEqual([
    ['A', 2, expect.objectContaining({ rate: 0.945, harness: 'another', wording: 'another' })],
    ['E', 1, expect.objectContaining({ rate: 0.159, harness: 'another', wording: 'another' })],
  ])
})
