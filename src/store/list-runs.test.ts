import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { RunHeader } from '../records/run.ts'
import { UsageError } from '../support/errors.ts'
import { fakeClock } from '../testing/fake-clock.ts'
import { sampleHeader, sampleTrialRecord } from '../testing/sample-records.ts'
import { listRuns } from './list-runs.ts'
import { runFileName } from './run-file-name.ts'
import { createRun } from './sqlite-store.ts'

test('listRuns() gives heads, statuses and counts, newest first, and names what cannot be read', async () => {
  using folder = temporaryFolder()
  const old = sampleHeader({ id: 'old', createdAt: '2024-12-31T23:59:59Z' })
  const live = sampleHeader({ id: 'live', createdAt: '2025-01-02T00:00:00Z' })
  const left = sampleHeader({ id: 'left', createdAt: '2025-01-01T00:00:00Z' })
  {
    await using writer = await create(folder.path, old)
    await writer.append(sampleTrialRecord({ number: 1 }))
    await writer.append(sampleTrialRecord({ number: 2 }))
    await writer.setStatus('finished')
  }
  {
    await using writer = await create(folder.path, left)
    await writer.addWorkedMs(1)
  }
  await using writer = await create(folder.path, live)
  await writer.append(sampleTrialRecord())
  const foreign = join(folder.path, 'a.offswitch')
  writeFileSync(foreign, 'not a run, but long enough to have a first page '.repeat(20))
  mkdirSync(join(folder.path, 'b.offswitch'))
  writeFileSync(join(folder.path, 'notes.txt'), '')
  writeFileSync(join(folder.path, '.draft.offswitch'), '')

  const listed = await listRuns(folder.path)

  const file = (header: RunHeader) => join(folder.path, runFileName(header))
  expect(listed).toEqual({
    runs: [
      { file: file(live), header: live, status: 'running', trials: 1 },
      { file: file(left), header: left, status: 'interrupted', trials: 0 },
      { file: file(old), header: old, status: 'finished', trials: 2 },
    ],
    problems: [
      { file: foreign, problem: `File "${foreign}" is not an Offswitch run` },
      {
        file: join(folder.path, 'b.offswitch'),
        problem: `Cannot read run file "${folder.path}/b.offswitch": it is a folder`,
      },
    ],
  })
})

test('listRuns() of an empty folder is empty', async () => {
  using folder = temporaryFolder()

  expect(await listRuns(folder.path)).toEqual({ runs: [], problems: [] })
})

test('listRuns() refuses what is not a folder', async () => {
  using folder = temporaryFolder()
  const missing = join(folder.path, 'runs')
  const file = join(folder.path, 'file')
  writeFileSync(file, '')

  await expect(listRuns(missing)).rejects.toEqual(
    new UsageError(`Cannot list runs in "${missing}": there is no such folder`),
  )
  await expect(listRuns(file)).rejects.toEqual(
    new UsageError(`Cannot list runs in "${file}": it is not a folder`),
  )
})

function create(folder: string, header: RunHeader) {
  return createRun(join(folder, runFileName(header)), header, {
    clock: fakeClock({ skipUpToMs: 0 }),
  })
}

function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'offswitch-store-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}
