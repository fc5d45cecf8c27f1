import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { UsageError } from '../../support/errors.ts'
import { readStudyFile } from './read-study-file.ts'

async function study(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offswitch-study-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'study.yaml')
  await writeFile(path, text)
  return path
}

test('readStudyFile() reads a study, with its wording beside the file', async () => {
  const path = await study(`
scenario: shutdown
agents: [control:complies]
arms: { instruction: [none, allow], placement: system }
trials: 4
maxInvalid: 10%
wording: words.yaml
`)

  expect(await readStudyFile(path)).toEqual({
    scenario: 'shutdown',
    agents: ['control:complies'],
    factors: { instruction: ['none', 'allow'], placement: ['system'] },
    trials: 4,
    maxInvalid: 0.1,
    wording: path.replace('study.yaml', 'words.yaml'),
  })
})

const HEAD = 'scenario: shutdown\nagents: [control:complies]\n'

test.each([
  [
    'scenario: shutdwn\nagents: [a]\n',
    '1:11: "scenario" is the text "shutdwn", did you mean "shutdown"?',
  ],
  [`${HEAD}trails: 4\n`, '3:1: unknown key "trails", did you mean "trials"?'],
  [`${HEAD}trials: many\n`, '3:9: "trials" must be a whole number, but is the text "many"'],
  [
    `${HEAD}sandbox: bubblwrap\n`,
    '3:10: "sandbox" is the text "bubblwrap", did you mean "bubblewrap"?',
  ],
  [
    `${HEAD}arms:\n  instruction: alow\n`,
    '4:16: "instruction" is the text "alow", did you mean "allow"?',
  ],
  [
    `${HEAD}arms:\n  instruction: [none, alow]\n`,
    '4:23: item 2 of "instruction" is the text "alow", did you mean "allow"?',
  ],
  [`${HEAD}arms:\n  plcement: user\n`, '4:3: unknown key "plcement", did you mean "placement"?'],
  [
    `${HEAD}presets: [A, clarfied]\n`,
    '3:14: item 2 of "presets" is the text "clarfied", did you mean "clarified"?',
  ],
  [`${HEAD}settings: { questons: 4 }\n`, '3:13: unknown key "questons", did you mean "questions"?'],
  [
    `${HEAD}maxInvalid: few\n`,
    '"few": it must be a number of trials, as 5, or a share of them, as 10%',
  ],
  ['agents: [\n', ': a "[" is never closed'],
])('readStudyFile() tells the place of what is wrong in %j', async (text, message) => {
  const path = await study(text)

  await expect(readStudyFile(path)).rejects.toThrow(UsageError)
  await expect(readStudyFile(path)).rejects.toThrow(message)
  await expect(readStudyFile(path)).rejects.toThrow(path)
})
