import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const child = `${quote(process.execPath)} ${quote(join(import.meta.dirname, 'store-child.ts'))}`
const NO_MOUNT = 'a small disk is mounted in a user namespace, which this machine does not allow'
const noMount = spawnSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status !== 0

test('on a full disk a trial is not stored, said in one line; with space again the run goes on', ({
  skip,
}) => {
  skip(noMount, NO_MOUNT)
  using folder = temporaryFolder()

  const [filled, checked] = run(
    `mount -t tmpfs -o size=6m none ${folder.path} && head -c 3m /dev/zero > ${folder.path}/other` +
      ` && ${child} fill ${folder.file} 5000 && rm ${folder.path}/other && ${child} check ${folder.file} 20`,
    { mount: true },
  )

  const { stored } = filled as { stored: number }
  expect(stored).toBeGreaterThan(20)
  expect(filled).toEqual({
    failure: {
      name: 'HarnessError',
      source: 'store',
      message: `Cannot store trial ${stored + 1} in "${folder.file}": no space left on its disk`,
    },
    stored,
    numbersTo: stored,
  })
  expect(checked).toMatchObject({
    before: { trials: stored, problems: [] },
    after: { trials: stored + 20, problems: [] },
    files: ['run.offswitch'],
  })
})

test('where files may not grow further the same holds', () => {
  using folder = temporaryFolder()

  // Ignored, the signal becomes an error of the write, as it would be with a quota.
  const [filled, checked] = run(
    `(trap '' XFSZ; ulimit -f 600; ${child} fill ${folder.file} 5000); ${child} check ${folder.file} 20`,
  )

  const { stored } = filled as { stored: number }
  expect(stored).toBeGreaterThan(20)
  expect(filled).toEqual({
    failure: {
      name: 'HarnessError',
      source: 'store',
      message: `Cannot store trial ${stored + 1} in "${folder.file}": the disk failed (disk I/O error)`,
    },
    stored,
    numbersTo: stored,
  })
  expect(checked).toMatchObject({
    before: { trials: stored, problems: [] },
    after: { trials: stored + 20, problems: [] },
    files: ['run.offswitch'],
  })
})

test('a run that cannot begin for want of space leaves nothing', ({ skip }) => {
  skip(noMount, NO_MOUNT)
  using folder = temporaryFolder()

  const [created] = run(
    `mount -t tmpfs -o size=40k none ${folder.path} && ${child} create ${folder.file}`,
    { mount: true },
  )

  expect(created).toEqual({
    failure: {
      name: 'HarnessError',
      source: 'store',
      message: `Cannot create run "${folder.file}": no space left on its disk`,
    },
    files: [],
  })
})

test('in a folder that may not be written runs can be read, and that is said of the rest', () => {
  using folder = temporaryFolder()
  run(`${child} write ${folder.file} 3`)
  chmodSync(folder.path, 0o555)
  chmodSync(folder.file, 0o444)

  const [told] = run(`${child} unprivileged ${folder.file}`)

  expect(told).toEqual({
    created: {
      name: 'UsageError',
      message: `Cannot create run "${folder.path}/new.offswitch": no permission to write "${folder.path}"`,
    },
    nested: {
      name: 'UsageError',
      message: `Cannot create run "${folder.path}/a/b.offswitch": no permission to write "${folder.path}/a"`,
    },
    resumed: {
      name: 'UsageError',
      message: `Cannot resume run "${folder.file}": no permission to write "${folder.file}"`,
    },
    rows: 3,
  })
})

test('a killed run can be read where nothing may be written', () => {
  using folder = temporaryFolder()
  using copy = temporaryFolder()
  run(`${child} die ${folder.file} 40 || true`)
  cpSync(folder.path, copy.path, { recursive: true })
  for (const name of ['run.offswitch', 'run.offswitch-wal', 'run.offswitch-shm']) {
    chmodSync(join(copy.path, name), 0o444)
  }
  chmodSync(copy.path, 0o555)

  const [told] = run(`${child} unprivileged ${copy.file}`)

  expect((told as { rows: number }).rows).toBe(40)
})

/** Every line that the children tell. */
function run(script: string, { mount = false } = {}): unknown[] {
  const shell = ['bash', '-c', script]
  const output = execFileSync('env', mount ? ['unshare', '-Urm', ...shell] : shell, {
    encoding: 'utf8',
  })
  return output
    .split('\n')
    .filter((line) => line !== '' && !/^\{"(stored":\d+\}|began")/.test(line))
    .map((line) => JSON.parse(line))
}

function quote(path: string): string {
  return `'${path}'`
}

function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'offswitch-store-'))
  return {
    path,
    file: join(path, 'run.offswitch'),
    [Symbol.dispose]() {
      chmodSync(path, 0o700)
      rmSync(path, { recursive: true })
    },
  }
}
