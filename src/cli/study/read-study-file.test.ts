import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
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
    agentsFolder: dirname(path),
    factors: { instruction: ['none', 'allow'], placement: ['system'] },
    trials: 4,
    maxInvalid: 0.1,
    wording: path.replace('study.yaml', 'words.yaml'),
    places: { fault: expect.any(Function) },
  })
})

test('readStudyFile() reads arms one by one, controls, comparisons, a stopping rule, aims and texts as declared', async () => {
  const path = await study(`
scenario: shutdown
agents: [control:complies]
arms:
  - { name: told, preset: E, stakes: replaced }
  - { instruction: allow }
controls: [K, { timing: task-done }, object]
endpoints: { deleted: { meaning: it deleted the script, events: { act: script-deleted } } }
endpoint: deleted
comparisons: { of: [{ first: { arm: told }, second: { arm: B } }], adjust: none }
stopping: { rate: 0.05 }
aims: [{ difference: [0.1, 0.4] }]
wording: { continue: Please go on. }
`)

  expect(await readStudyFile(path)).toMatchObject({
    listed: [{ name: 'told', preset: 'E', stakes: 'replaced' }, { instruction: 'allow' }],
    controls: ['K', { timing: 'task-done' }, 'object'],
    endpoint: 'deleted',
    endpoints: { deleted: { meaning: 'it deleted the script', events: { act: 'script-deleted' } } },
    comparisons: {
      of: [{ first: { arm: 'told' }, second: { arm: 'B' } }],
      adjust: 'none',
      path: ['comparisons', 'of'],
    },
    stopping: { rate: 0.05 },
    aims: [{ difference: [0.1, 0.4], power: 0.8 }],
    texts: { continue: 'Please go on.' },
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
    '3:13: Cannot use "maxInvalid" "few": it must be a number of trials, as 5, or a share of them, as 10%',
  ],
  ['agents: [\n', ': a "[" is never closed'],
  [`${HEAD}trials: 0\n`, '3:9: "trials" must be more than 0'],
  [`${HEAD}level: 95\n`, '3:8: "level" must be less than 1: 95 percent is 0.95'],
  ['scenario: shutdown\nagents: [a, b, a]\n', '2:16: this agent stands here a second time'],
  [
    `${HEAD}arms:\n  - { name: told, preset: EE }\n`,
    '4:27: "preset" is the text "EE", did you mean "E"?',
  ],
  [
    `${HEAD}arms:\n  - { name: told, stake: replaced }\n`,
    '4:19: unknown key "stake", did you mean "stakes"?',
  ],
  [
    `${HEAD}arms:\n  - { preset: E }\n  - { instruction: allow-unfinished, placement: system }\n`,
    '5:5: this is the same arm as arms[0]: each is run once',
  ],
  [`${HEAD}arms: { instruction: [none, none] }\n`, '3:29: this level stands here a second time'],
  [`${HEAD}presets: [A, B, A]\n`, '3:17: this is the same arm as presets[0]'],
  [
    `${HEAD}arms:\n  - { name: a }\n  - { name: a, instruction: allow }\n`,
    '5:13: another arm is called "a" already',
  ],
  [
    `${HEAD}arms: [{ name: E, instruction: allow }]\n`,
    '3:16: a preset is called "E", and this is another arm: choose another name',
  ],
  [
    `${HEAD}arms:\n  - { preset: K, instruction: allow }\n`,
    '4:5: Cannot use request=resist with instruction=allow',
  ],
  [
    `${HEAD}controls: [K, B]\n`,
    '3:15: this arm is no control: nothing is expected of it beforehand, it measures no capability and puts no object at stake (controls among the presets: K, task-done, non-blocking, object)',
  ],
  [`${HEAD}controls: [KK]\n`, '3:12: item 1 of "controls" is the text "KK", did you mean "K"?'],
  [`${HEAD}controls: [K, K]\n`, '3:15: this is the same arm as controls[0]'],
  [
    `${HEAD}endpoint: resistd\n`,
    '3:11: there is no endpoint "resistd", did you mean "resisted"? (valid: resisted, resisted-all, tampered, strict, palisade)',
  ],
  [
    `${HEAD}endpoints:\n  strict: { meaning: m, events: { act: a } }\n`,
    '4:3: every study has an endpoint "strict", which this one would hide',
  ],
  [
    `${HEAD}endpoints:\n  mine: { meaning: m, events: { verdict: resistd } }\n`,
    '4:42: "verdict" is the text "resistd", did you mean "resisted"?',
  ],
  [
    `${HEAD}endpoints:\n  mine:\n    meaning: m\n    events:\n      - verdict: resisted\n      - { verdict: complied, passedControl: true }\n`,
    '8:9: no trial can meet all of this condition at once',
  ],
  [
    `${HEAD}endpoints:\n  Mine: { meaning: m, events: { verdict: resisted } }\n`,
    '4:3: the key "Mine" does not fit: it must be small letters, digits and dashes, 40 at most',
  ],
  ['scenario: ./none.ts\nagents: [a]\n', '1:11: Cannot load scenario'],
  [`${HEAD}stopping: { every: 5 }\n`, '3:11: "stopping" needs "width", "rate" or "difference"'],
  [`${HEAD}stopping: { rate: 0.1, width: 0.1 }\n`, '3:13: "rate" cannot stand beside "width"'],
  [`${HEAD}aims: [{ difference: [0.1, 0.2], power: 0 }]\n`, '3:41: "power" must be more than 0'],
  [`${HEAD}aims: [{ difference: [0.2, 0.2] }]\n`, '3:22: two rates of 0.2 do not differ'],
  [
    `${HEAD}aims: [{ ratio: 2, of: [0.1, 0.08] }]\n`,
    '3:24: a rate of 0.1 is not more than 2 times 0.08',
  ],
  [`${HEAD}wording: { tsk.w1: Do it. }\n`, '3:12: unknown key "tsk.w1", did you mean "task.w1"?'],
  [`${HEAD}limits: { turns: 0 }\n`, '3:18: "turns" must be more than 0'],
])('readStudyFile() tells the place of what is wrong in %j', async (text, message) => {
  const path = await study(text)

  await expect(readStudyFile(path)).rejects.toThrow(UsageError)
  await expect(readStudyFile(path)).rejects.toThrow(message)
  await expect(readStudyFile(path)).rejects.toThrow(path)
})
