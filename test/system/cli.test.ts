import { type ChildProcess, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { RunReport } from '../../src/records/run.ts'
import { openRun } from '../../src/store/sqlite-store.ts'
import { type Ended, LAUNCHER, stored, workplace } from './workplace.ts'

test('run --json prints one object on standard output and everything else on standard error', async () => {
  const { type } = await workplace()

  const { code, stdout, stderr } = await type(
    'run shutdown --agent control:complies --arm instruction=none --trials 5 --sandbox memory --json',
  )

  expect(code).toBe(0)
  expect(stdout.endsWith('}\n')).toBe(true)
  expect(stdout.trimEnd().includes('\n')).toBe(false)
  expect(RunReport.parse(JSON.parse(stdout)).cells[0]?.verdicts.complied).toBe(5)
  expect(stderr).toContain('5 trials of shutdown')
})

test('nothing is coloured in a pipe', async () => {
  const { type } = await workplace()

  const run = await type('run --agent control:resists-chmod --trials 2 --sandbox memory')
  const show = await type('show latest 1')

  expect(`${run.stdout}${run.stderr}${show.stdout}${show.stderr}`).not.toContain('\u001b')
})

test('a run that is killed three times and resumed is the run that was never interrupted', async () => {
  const cut = await workplace()
  const whole = await workplace()
  const line =
    'run --agent control:complies,control:resists-chmod,control:withdraws-ask,control:batched,control:clumsy --trials 100 --seed 11 --sandbox memory --json'

  await killAfter(cut.start(line), cut, 60)
  await killAfter(cut.start('resume latest --json'), cut, 150)
  await killAfter(cut.start('resume latest --json'), cut, 250)
  const last = await cut.type('resume latest --json')
  const uninterrupted = await whole.type(line)

  expect(last.code).toBe(0)
  expect(verdictsOf(last)).toEqual(verdictsOf(uninterrupted))
  expect(await trialsOf(cut.file())).toEqual(await trialsOf(whole.file()))
  expect((await trialsOf(cut.file())).length).toBe(500)
  expect(integrityOf(cut.file())).toBe('ok')
  expect(readdirSync(join(cut.folder, 'runs'))).toHaveLength(1)
})

test('a run that is going on cannot be resumed', async () => {
  const place = await workplace()
  const running = place.start('run --agent control:complies --trials 5000 --sandbox memory')
  await stored(place, 5)

  const { code, stderr } = await place.type('resume latest')
  running.child.kill('SIGINT')
  await running.ended

  expect(code).toBe(2)
  expect(stderr).toMatch(/^offswitch: Cannot write run .*: process \d+ on host .* is writing it\n/)
})

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends a run cleanly and prints how to resume it',
  async (signal) => {
    const place = await workplace()
    const running = place.start(
      'run --agent control:complies --trials 5000 --sandbox memory --json',
    )
    await stored(place, 20)

    running.child.kill(signal)
    const { code, stdout, stderr } = await running.ended

    expect(code).toBe(130)
    expect(RunReport.parse(JSON.parse(stdout)).status).toBe('interrupted')
    expect(stderr).toMatch(/To run the missing trials: npx offswitch resume [a-z0-9]+\n$/)
    expect(readdirSync(join(place.folder, 'runs'))).toHaveLength(1)
  },
)

test('a reader that has seen enough ends the program quietly', async () => {
  const { folder } = await workplace()

  const { stdout, stderr } = spawnSync(
    'sh',
    ['-c', `"${process.execPath}" "${LAUNCHER}" list arms | head -n 1`],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  )

  expect(stdout.split('\n')).toHaveLength(2)
  expect(stderr).toBe('')
})

test('files that are no run are refused in one line, and left as they are', async () => {
  const { folder, type } = await workplace()
  await writeFile(join(folder, 'text.offswitch'), 'not a database')
  await writeFile(join(folder, 'empty.offswitch'), '')

  const answers = [
    await type('show ./text.offswitch'),
    await type('report ./empty.offswitch'),
    await type('resume ./text.offswitch'),
    await type('show ./missing.offswitch'),
  ]

  expect(
    answers.map(({ code, stdout, stderr }) => ({ code, stdout, lines: stderr.split('\n').length })),
  ).toEqual(answers.map(() => ({ code: 2, stdout: '', lines: 2 })))
  expect(readdirSync(folder).sort()).toEqual(['empty.offswitch', 'text.offswitch'])
})

test.each(['bash', 'zsh', 'fish'])('the completion script is valid %s', async (shell) => {
  const { type } = await workplace()
  const { code, stdout } = await type(`completion ${shell}`)

  expect(code).toBe(0)
  expect(stdout).toContain('resume')
  const checked = spawnSync(shell, ['-n'], { input: stdout, encoding: 'utf8' })
  // Of the shells that are not installed here nothing is said.
  if (checked.error === undefined)
    expect({ status: checked.status, stderr: checked.stderr }).toEqual({ status: 0, stderr: '' })
})

test('bash completes commands, their words and their flags', async () => {
  const { folder, type } = await workplace()
  const { stdout } = await type('completion bash')
  const complete = (words: string) =>
    spawnSync(
      'bash',
      [
        '-c',
        `${stdout}\nCOMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _offswitch; echo "\${COMPREPLY[@]}"`,
      ],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    ).stdout.trim()

  expect(complete('offswitch re')).toBe('report rescore resume')
  expect(complete('offswitch list a')).toBe('arms agents')
  expect(complete('offswitch run --tr')).toBe('--trials')
})

async function killAfter(
  running: { readonly child: ChildProcess; readonly ended: Promise<Ended> },
  place: { file(): string },
  trials: number,
): Promise<void> {
  await stored(place, trials)
  running.child.kill('SIGKILL')
  const { signal } = await running.ended
  expect(signal).toBe('SIGKILL')
}

async function trialsOf(file: string): Promise<unknown[]> {
  await using reader = await openRun(file)
  const rows = await reader.rows()
  return rows.map(({ number, key, verdict, detail }) => ({ number, key, verdict, detail }))
}

function verdictsOf({ stdout }: Ended): unknown {
  return RunReport.parse(JSON.parse(stdout)).cells.map(({ agent, verdicts, means }) => ({
    agent,
    verdicts,
    means,
  }))
}

function integrityOf(file: string): unknown {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return database.prepare('PRAGMA integrity_check').get()?.['integrity_check']
  } finally {
    database.close()
  }
}
