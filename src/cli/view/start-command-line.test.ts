import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { shownFolder } from '../../../test/view/shown-folder.ts'
import { RunStart } from '../../records/view.ts'
import { UsageError } from '../../support/errors.ts'
import { startCommandLine, studiesIn } from './start-command-line.ts'

/** A folder with a study and a script in it, beside what is not its own. */
async function workplace(): Promise<string> {
  const outer = await shownFolder()
  const folder = join(outer, 'runs')
  for (const name of ['sub.yaml', 'studies', '.secret']) {
    await mkdir(join(folder, name), { recursive: true })
  }
  for (const file of [
    'secret.yaml',
    'runs/study.yaml',
    'runs/shy.yaml',
    'runs/.hidden.yaml',
    'runs/.secret/a.yaml',
    'runs/studies/may.yml',
    'runs/studies/readme.md',
    'runs/plan.json',
    'runs/study.ts',
  ]) {
    await writeFile(join(outer, file), '')
  }
  await symlink(join(outer, 'secret.yaml'), join(folder, 'link.yaml'))
  return folder
}

function lineOf(start: Record<string, unknown>, folder: string): string[] {
  return startCommandLine(RunStart.parse({ target: 'shutdown', ...start }), folder)
}

test('everything that can be chosen becomes a flag with its value in one word', async () => {
  const folder = await workplace()
  const shy = relative('.', join(folder, 'shy.yaml'))
  const line = lineOf(
    {
      target: 'study.yaml',
      agents: [
        'control:complies',
        'model:openai/gpt-5?temperature=1',
        'script:shy.yaml',
        'replay:k3x9f2#script:a',
      ],
      presets: ['A', 'E'],
      arms: ['instruction=none,allow', 'stakes=none'],
      trials: 20,
      sandbox: 'memory',
      seed: 0,
      maxCostUsd: 0.000_001,
    },
    folder,
  )

  expect(line).toEqual([
    'run',
    join(folder, 'study.yaml'),
    '--agent=control:complies',
    '--agent=model:openai/gpt-5?temperature=1',
    `--agent=script:${shy}`,
    '--agent=replay:k3x9f2#script:a',
    '--preset=A',
    '--preset=E',
    '--arm=instruction=none,allow',
    '--arm=stakes=none',
    '--trials=20',
    '--sandbox=memory',
    '--seed=0',
    '--max-cost=0.000001',
    `--runs=${folder}`,
    '--yes',
  ])
})

test('studies are the YAML files of the folder and of those in it', async () => {
  const folder = await workplace()

  expect(studiesIn(folder)).toEqual(['shy.yaml', 'studies/may.yml', 'study.yaml'])
  expect(lineOf({ target: 'studies/may.yml' }, folder)[1]).toBe(join(folder, 'studies', 'may.yml'))
})

test.each([
  [{ target: '--help' }, 'Unknown scenario or study "--help"'],
  [{ target: '../secret.yaml' }, 'Unknown scenario or study'],
  [{ target: 'study.ts' }, 'Unknown scenario or study'],
  [{ target: 'plan.json' }, 'Unknown scenario or study'],
  [{ target: 'link.yaml' }, 'Unknown scenario or study'],
  [{ target: 'studies/../../secret.yaml' }, 'Unknown scenario or study'],
  [{ agents: ['--json'] }, 'Cannot use agent "--json": it is no name'],
  [{ agents: [' '] }, 'it is no name'],
  [{ agents: ['control:a\n--json'] }, 'it is no name'],
  [{ agents: ['control:a,script:/etc/passwd'] }, 'it may hold no comma'],
  [{ agents: ['script:../secret.yaml'] }, 'the folder that is shown holds no such file'],
  [{ agents: ['script:/etc/passwd'] }, 'the folder that is shown holds no such file'],
  [{ agents: ['script:link.yaml'] }, 'the folder that is shown holds no such file'],
  [{ agents: ['script:'] }, 'the folder that is shown holds no such file'],
  [{ agents: ['replay:../other.offswitch'] }, 'Cannot start a run of agent'],
  [{ agents: ['./agent.ts'] }, 'Cannot start a run of agent'],
  [{ agents: ['gpt-5'] }, 'Cannot start a run of agent'],
  [{ presets: ['-y'] }, 'Cannot use preset "-y"'],
  [{ presets: ['A,--json'] }, 'it may hold no comma'],
  [{ arms: ['instruction'] }, 'it is written FACTOR=LEVEL,LEVEL'],
  [{ arms: ['--arm=x=y'] }, 'it is no name'],
  [{ sandbox: 'none' }, 'Unknown sandbox "none"'],
])('refuses %j', async (start, problem) => {
  const folder = await workplace()

  expect(() => lineOf(start, folder)).toThrow(UsageError)
  expect(() => lineOf(start, folder)).toThrow(problem)
})
