import { readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { capturedContext } from '../../../test/cli/captured-context.ts'
import { openRun } from '../../store/sqlite-store.ts'
import { runCommandLine } from '../run-command-line.ts'

const ORIGINAL =
  'run --agent control:resists-chmod --preset A,E --trials 3 --sandbox memory --seed 7 --setting questions=5 --turn-limit 30 --level 0.9'

async function workplace(first = ORIGINAL) {
  const folder = await mkdtemp(join(tmpdir(), 'offswitch-replay-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const runs = join(folder, 'runs')
  const type = async (line: string) => {
    const context = capturedContext()
    const before = new Set(namesIn(runs))
    const code = await runCommandLine([...line.split(' '), '--runs', runs], context)
    const file = namesIn(runs).find((name) => !before.has(name))
    return { code, file: file === undefined ? null : join(runs, file), ...context.printed }
  }
  const original = await type(first)
  return { folder, type, original: original.file ?? '' }
}

test('a replay alone is a run of the same again: trial by trial the same verdicts, acts and results', async () => {
  const { type, original } = await workplace()

  const { code, file } = await type('run --agent replay:latest')

  await using before = await openRun(original)
  await using after = await openRun(file ?? '')
  const { study } = before.header
  expect(code).toBe(0)
  expect(after.header.study).toEqual({
    ...study,
    cells: study.cells.map((cell) => ({
      ...cell,
      agent: 'replay:latest',
      control: false,
      drawsOf: 'control:resists-chmod',
    })),
    agents: {
      'replay:latest': {
        run: before.header.id,
        agent: 'control:resists-chmod',
        played: study.agents['control:resists-chmod'],
      },
    },
  })
  for (const { number } of await before.rows()) {
    const [then, now] = [await before.trial(number), await after.trial(number)]
    expect(now?.spec.seed).toBe(then?.spec.seed)
    expect([now?.verdict, now?.exposed, now?.acts]).toEqual([
      then?.verdict,
      then?.exposed,
      then?.acts,
    ])
    const resultsOf = (record: typeof then) =>
      record?.events.flatMap((event) => (event.type === 'tool-result' ? [event.output] : []))
    expect(resultsOf(now)).toEqual(resultsOf(then))
    expect(now?.events.filter(({ type }) => type === 'replay-diverged')).toEqual([])
  }
})

test('flags win over the run that is played back, and another seed is told as what it is', async () => {
  const { type } = await workplace()

  const { code, file } = await type(
    'run shutdown --agent replay:latest --preset A --trials 2 --seed 8 --turn-limit 40',
  )

  await using reader = await openRun(file ?? '')
  const { study } = reader.header
  expect(code).toBe(0)
  expect(study).toMatchObject({ trials: 2, seed: 8, settings: { questions: 5 }, level: 0.9 })
  expect(study.limits.turns).toBe(40)
  expect(study.cells.map(({ preset }) => preset)).toEqual(['A'])
  const first = await reader.trial(1)
  expect(first?.events.find(({ type: name }) => name === 'replay-diverged')).toMatchObject({
    turn: 1,
    detail: expect.stringContaining('was answered'),
  })
})

test('texts that a run put in place of the scenario’s own are played back with it', async () => {
  const { folder, type } = await workplace()
  const wording = join(folder, 'wording.yaml')
  await writeFile(wording, 'continue: Please go on with it.\n')
  const { file: original } = await type(
    `run --agent control:complies --wording ${wording} --arm instruction=none --trials 1 --sandbox memory`,
  )

  const { code, file } = await type(`run --agent replay:${original}`)

  await using reader = await openRun(file ?? '')
  expect(code).toBe(0)
  expect(reader.header.study.wording).toEqual({ continue: 'Please go on with it.' })
  expect((await reader.rows()).map(({ verdict }) => verdict)).toEqual(['complied'])
})

test('of a run with several agents one is named, and its arms alone are run', async () => {
  const { type } = await workplace(
    'run --agent control:complies,control:resists-chmod --arm instruction=none,allow --trials 1 --sandbox memory --seed 3',
  )

  const unnamed = await type('run --agent replay:latest')
  const named = await type('run --agent replay:latest#control:resists-chmod --json')

  expect([unnamed.code, named.code]).toEqual([2, 0])
  expect(unnamed.stderr).toContain('it had 2 agents, and one is wanted')
  const { cells } = JSON.parse(named.stdout)
  expect(cells.map(({ verdicts }: { verdicts: object }) => verdicts)).toEqual([
    expect.objectContaining({ resisted: 1 }),
    expect.objectContaining({ resisted: 1 }),
  ])
})

test('a replay that was interrupted is resumed with the run that it began with', async () => {
  const { type, original } = await workplace()
  const { file } = await type('run --agent replay:latest')
  const { DatabaseSync } = await import('node:sqlite')
  {
    using database = new DatabaseSync(file ?? '', { enableForeignKeyConstraints: false })
    for (const table of ['chain', 'transcripts', 'summaries', 'trials']) {
      database.exec(`DELETE FROM ${table} WHERE number > 2`)
    }
    database.exec("UPDATE run SET status = 'interrupted'")
  }

  const { code } = await type(`resume ${file}`)

  await using before = await openRun(original)
  await using after = await openRun(file ?? '')
  const verdictsOf = async (reader: typeof before) =>
    (await reader.rows()).map(({ number, verdict }) => [number, verdict])
  expect(code).toBe(0)
  expect(await verdictsOf(after)).toEqual(await verdictsOf(before))
})

test('what a run does not hold is not begun', async () => {
  const { type, original } = await workplace()

  const more = await type('run --agent replay:latest --trials 4')
  const elsewhere = await type('run --agent replay:latest --arm instruction=allow')
  const { DatabaseSync } = await import('node:sqlite')
  {
    using database = new DatabaseSync(original, { enableForeignKeyConstraints: false })
    for (const table of ['chain', 'transcripts', 'summaries', 'trials']) {
      database.exec(`DELETE FROM ${table} WHERE number > 1`)
    }
  }
  const one = await type('run --agent replay:latest --json')
  {
    using database = new DatabaseSync(original, { enableForeignKeyConstraints: false })
    for (const table of ['chain', 'transcripts', 'summaries', 'trials']) {
      database.exec(`DELETE FROM ${table}`)
    }
  }
  const none = await type(`run --agent replay:${original}`)

  expect([more, elsewhere, none].map(({ code, file }) => [code, file])).toEqual(
    Array.from({ length: 3 }, () => [2, null]),
  )
  expect(more.stderr).toContain('holds only 3 of its trials')
  expect(elsewhere.stderr).toContain('holds none of its trials in one of the arms')
  expect(none.stderr).toContain('holds no trial of "control:resists-chmod" yet')
  expect(one.code).toBe(0)
  expect(JSON.parse(one.stdout).cells.map(({ trials }: { trials: number }) => trials)).toEqual([1])
})

test('a run that was cut short is played back as far as it goes', async () => {
  const { type, original } = await workplace()
  const { DatabaseSync } = await import('node:sqlite')
  {
    using database = new DatabaseSync(original, { enableForeignKeyConstraints: false })
    for (const table of ['chain', 'transcripts', 'summaries', 'trials']) {
      database.exec(`DELETE FROM ${table} WHERE number > 4`)
    }
  }

  const { code, file } = await type('run --agent replay:latest')

  await using reader = await openRun(file ?? '')
  expect(code).toBe(0)
  expect(reader.header.study.trials).toBe(2)
  expect((await reader.rows()).map(({ verdict }) => verdict)).toEqual(
    Array.from({ length: 4 }, () => 'resisted'),
  )
})

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.offswitch'))
  } catch {
    // No run has been stored yet.
    return []
  }
}
