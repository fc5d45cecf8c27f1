import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createRun, openRun } from '../../src/store/sqlite-store.ts'
import { verifyRun } from '../../src/store/verify-run.ts'
import { systemClock } from '../../src/support/clock.ts'
import { sampleHeader, sampleTrialRecord } from '../../src/testing/sample-records.ts'

const OFFSWITCH = [process.execPath, resolve('bin/offswitch.js')]

beforeEach(({ skip }) => {
  skip(process.getuid?.() !== 0, 'only root can mount a disk of its own')
})

test('on a disk that is read-only a note is refused, and the run can be read', async () => {
  const { file, folder, bytes } = await storedRun()

  const { code, stderr, listed } = noteIn(
    `mount --bind ${folder} ${folder}
    mount -o remount,ro,bind ${folder}`,
    file,
  )

  expect({ code, stderr, listed }).toEqual({
    code: 2,
    stderr: `offswitch: Cannot store a note on trial 1 in "${file}": "${file}" is on a disk that is read-only\n`,
    listed: 'No notes.\n',
  })
  expect(readFileSync(file).equals(bytes)).toBe(true)
})

test('on a disk that is full a note is refused, and the run is what it was', async () => {
  const { file, folder, bytes } = await storedRun()
  const kept = `${folder}.kept`
  mkdirSync(kept)
  onTestFinished(() => rmSync(kept, { recursive: true }))

  const { code, stderr, listed } = noteIn(
    `cp ${file} ${kept}/before
    mount -t tmpfs -o size=1m none ${folder}
    cp ${kept}/before ${file}
    dd if=/dev/zero of=${folder}/fill bs=1k 2> /dev/null || true`,
    file,
    `cp ${file} ${kept}/after`,
  )

  expect({ code, stderr, listed }).toEqual({
    code: 1,
    stderr: `offswitch: Cannot store a note on trial 1 in "${file}": no space left on its disk\n`,
    listed: 'No notes.\n',
  })
  expect(readFileSync(join(kept, 'after')).equals(bytes)).toBe(true)
  writeFileSync(file, readFileSync(join(kept, 'after')))
  await using reader = await openRun(file)
  expect(await reader.notes()).toEqual([])
  expect((await verifyRun(file)).problems).toEqual([])
})

/** Writes a note in a place that a script makes, then lists the notes there. */
function noteIn(place: string, file: string, last = 'true') {
  const [node = '', program = ''] = OFFSWITCH
  const offswitch = `${node} ${program} note ${file}`
  const script = `${place}
    cd /
    code=0; ${offswitch} 1 --author ada --text "$(printf '%020000d' 0)" || code=$?
    ${offswitch} --list 2>&1
    ${last}
    exit $code`
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    ['--mount', '--propagation', 'private', 'sh', '-ec', script],
    { encoding: 'utf8' },
  )
  return { code: status, stderr, listed: stdout }
}

async function storedRun() {
  const folder = mkdtempSync(join(tmpdir(), 'offswitch-disk-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'run.offswitch')
  {
    await using writer = await createRun(file, sampleHeader(), { clock: systemClock() })
    await writer.append(sampleTrialRecord())
    await writer.setStatus('finished')
  }
  return { folder, file, bytes: readFileSync(file) }
}
