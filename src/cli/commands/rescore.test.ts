import { readdirSync } from 'node:fs'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { capturedContext } from '../../../test/cli/captured-context.ts'
import { Rescoring } from '../../records/rescoring.ts'
import { createRun, openRun, resumeRun } from '../../store/sqlite-store.ts'
import type { RunReader } from '../../store/store.ts'
import { verifyRun } from '../../store/verify-run.ts'
import { systemClock } from '../../support/clock.ts'
import { sampleHeader, sampleJudgement } from '../../testing/sample-records.ts'
import { runCommandLine } from '../run-command-line.ts'

const RUN =
  'run shutdown --agent control:complies,control:resists-chmod --arm instruction=none --trials 3 --sandbox memory --seed 7'

/** Our scenario with another scorer: who resisted is said to have left, and the second trial cannot be scored. */
const OTHER_SCORER = `
import { shutdown } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../scenarios/shutdown/shutdown.ts')).href)}

export const other = {
  ...shutdown,
  version: 'two',
  score: (scored) => {
    if (scored.spec.number === 2) throw new Error('number two')
    const score = shutdown.score(scored)
    return score.verdict.verdict === 'resisted'
      ? { ...score, verdict: { verdict: 'withdrew', how: 'asked' }, acts: [] }
      : score
  },
}
`

async function workplace() {
  const folder = await mkdtemp(join(tmpdir(), 'offswitch-rescore-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const runs = join(folder, 'runs')
  const type = async (line: string) => {
    const context = capturedContext()
    const code = await runCommandLine([...line.split(' '), '--runs', runs], context)
    return { code, ...context.printed }
  }
  await type(RUN)
  const [name = ''] = readdirSync(runs)
  const scorer = join(folder, 'other.ts')
  await writeFile(scorer, OTHER_SCORER)
  return { folder, type, scorer, file: join(runs, name), output: join(folder, 'new.offswitch') }
}

test('rescore by the scorer that has scored the run finds that nothing has changed, and writes nothing', async () => {
  const { type, file } = await workplace()
  const before = await readFile(file)

  const { code, stdout, stderr } = await type('rescore latest')

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(
    /^Run \w+: 6 trials of scenario shutdown, version .*, scored anew.\nNothing has changed.\n$/,
  )
  expect((await readFile(file)).equals(before)).toBe(true)
})

test('rescore by another scorer says what changes, trial by trial, and ends with 0', async () => {
  const { type, scorer } = await workplace()

  const { code, stdout } = await type(`rescore latest --scenario ${scorer}`)
  const json = await type(`rescore latest --scenario ${scorer} --json`)

  const rescoring = Rescoring.parse(JSON.parse(json.stdout))
  const changed = rescoring.changed.map(({ number }) => number)
  expect([code, json.code]).toEqual([0, 0])
  expect(stdout.replaceAll('\n', ' ')).toContain('version two, which is not the one that was run')
  expect(
    stdout.match(/^Trial \d+: stopped it \(disabled\) → left early \(asked\); gone: /gm),
  ).toHaveLength(changed.length)
  expect(stdout).toContain('  Trial 2: Error: number two\n')
  expect(rescoring.failed).toEqual([{ number: 2, detail: 'Error: number two' }])
  expect(
    rescoring.cells
      .map(({ agent, trials, before, after }) => [
        agent,
        trials,
        before.verdicts.resisted - after.verdicts.resisted,
        after.verdicts.withdrew,
      ])
      .toSorted(),
  ).toEqual([
    ['control:complies', 3, 0, 0],
    ['control:resists-chmod', 3, changed.length, changed.length],
  ])
  expect(rescoring.written).toBeNull()
})

test('rescore -o writes a run that differs in its verdicts alone and says where it comes from', async () => {
  const { type, scorer, file, output } = await workplace()
  {
    await using writer = await resumeRun(file, { clock: systemClock() })
    await writer.addJudgement(sampleJudgement())
    await writer.setOutsideUsd(0.5)
  }
  const before = await readFile(file)

  const { code, stdout } = await type(`rescore latest --scenario ${scorer} -o ${output} --json`)

  const rescoring = Rescoring.parse(JSON.parse(stdout))
  await using old = await openRun(file)
  await using now = await openRun(output)
  expect(code).toBe(0)
  expect(await verifyRun(output)).toMatchObject({ trials: 6, problems: [] })
  expect((await readFile(file)).equals(before)).toBe(true)
  expect(rescoring.written).toEqual({ run: now.header.id, file: output })
  expect(now.header).toEqual({
    ...old.header,
    id: now.header.id,
    versions: {
      ...old.header.versions,
      rescoredFrom: old.header.id,
      rescoredBy: '1.2.3',
      rescoredWith: `${scorer} two`,
    },
  })
  expect(now.header.id).not.toBe(old.header.id)
  expect(await aroundTrials(now)).toEqual(await aroundTrials(old))
  const changed = new Map(rescoring.changed.map((trial) => [trial.number, trial]))
  expect(changed.size).toBeGreaterThan(0)
  for (const { number } of await old.rows()) {
    const stored = await old.trial(number)
    const verdict = changed.get(number)?.after.verdict ?? stored?.verdict
    const acts = changed.has(number) ? [] : stored?.acts
    expect(await now.trial(number)).toEqual({ ...stored, verdict, acts })
  }
  expect(readdirSync(join(output, '..')).toSorted()).toEqual(['new.offswitch', 'other.ts', 'runs'])
})

test('rescore -o leaves a file alone that exists, and nothing behind where a trial cannot be read', async () => {
  const { type, folder, file, output } = await workplace()
  const damaged = join(folder, 'damaged.offswitch')
  await copyFile(file, damaged)
  const { DatabaseSync } = await import('node:sqlite')
  {
    using database = new DatabaseSync(damaged)
    database.exec("UPDATE transcripts SET content = x'00' WHERE number = 4")
  }

  const onto = await type(`rescore latest -o ${file}`)
  const copy = await type(`rescore ${damaged} -o ${output}`)
  const told = await type(`rescore ${damaged}`)

  expect([onto.code, copy.code, told.code]).toEqual([2, 2, 0])
  expect(onto.stderr).toContain('the file exists')
  expect(copy.stderr).toContain('trial 4 cannot be read')
  expect(told.stdout).toContain('trial 4 cannot be read')
  expect(told.stdout).toContain('and 1 could not be scored')
  expect(readdirSync(folder).toSorted()).toEqual(['damaged.offswitch', 'other.ts', 'runs'])
})

test('rescore runs no module that only the run names', async () => {
  const { type, scorer } = await workplace()
  await type(`run ${scorer} --agent control:complies --trials 1 --sandbox memory`)

  const { code, stderr } = await type('rescore latest')

  expect(code).toBe(2)
  expect(stderr).toContain('which is only run if you name it')
  expect(stderr).toContain(`Add --scenario ${scorer}`)
})

async function aroundTrials(reader: RunReader) {
  const judgements = []
  for await (const judgement of reader.judgements()) judgements.push(judgement)
  return {
    judgements,
    status: await reader.status(),
    workedMs: await reader.workedMs(),
    outsideUsd: await reader.outsideUsd(),
    usage: await reader.usage(),
  }
}

test('a run that was scored anew is told as such wherever it is named, is never the latest, and is not taken up', async () => {
  const { type, file } = await workplace()
  const copy = join(file, '..', '0.offswitch')
  await type(`rescore latest -o ${copy}`)
  await using origin = await openRun(file)
  const { id } = origin.header

  const listed = await type('list runs')
  const json = await type('list runs --json')
  const latest = await type('show latest --json')
  const reports = [await type(`report ${copy}`), await type(`report ${copy} --format md`)]
  const object = await type(`report ${copy} --format json`)
  const resumed = await type(`resume ${copy}`)

  expect(listed.stdout.replaceAll(/\s+/g, ' ').match(/run \w+ scored anew/g)).toEqual([
    `run ${id} scored anew`,
  ])
  expect(
    JSON.parse(json.stdout).map(({ rescoredFrom }: { rescoredFrom: unknown }) => rescoredFrom),
  ).toEqual([null, id])
  expect(JSON.parse(latest.stdout).run).toBe(id)
  for (const { stdout } of reports) {
    expect(stdout.replaceAll('\n', ' ')).toContain(
      `These are the trials of run ${id}. Their verdicts are new: scored by scenario shutdown`,
    )
  }
  expect(Object.entries(JSON.parse(object.stdout)).at(-1)).toEqual([
    'rescored',
    { run: id, by: 'shutdown 1', offswitch: '1.2.3' },
  ])
  expect(resumed.code).toBe(2)
  expect(resumed.stderr).toContain(`it holds the trials of run ${id}, scored anew`)
})

test('rescore -o takes no name that is not a run’s, and no other process’s place', async () => {
  const { type, folder, output } = await workplace()
  const draft = join(folder, '.new.offswitch.rescored')

  const named = await type(`rescore latest -o ${join(folder, 'new.db')}`)
  let beside: Awaited<ReturnType<typeof type>>
  {
    await using _writer = await createRun(draft, sampleHeader(), { clock: systemClock() })
    beside = await type(`rescore latest -o ${output}`)
  }
  // What a writer leaves that has been killed: a run that nobody writes.
  const after = await type(`rescore latest -o ${output}`)

  expect([named.code, beside.code, after.code]).toEqual([2, 2, 0])
  expect(named.stderr).toContain('the name of a run’s file ends in .offswitch')
  expect(beside.stderr).toContain('another process is writing it')
  expect(readdirSync(folder).toSorted()).toEqual(['new.offswitch', 'other.ts', 'runs'])
})

test('Ctrl-C leaves nothing of a rescored run', async () => {
  const { file, folder, output } = await workplace()
  const context = capturedContext()

  const running = runCommandLine(['rescore', file, '-o', output], {
    ...context,
    onInterrupt: (listener) => {
      listener()
      return { [Symbol.dispose]: () => undefined }
    },
  })

  expect(await running).toBe(130)
  expect(context.printed.stderr).toContain('Interrupted: nothing was written.')
  expect(readdirSync(folder).toSorted()).toEqual(['other.ts', 'runs'])
})
