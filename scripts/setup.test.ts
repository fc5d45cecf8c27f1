import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempDisposableSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const NOTHING_TO_DO = { status: 0, stdout: '', stderr: '' }
const INSTALLING = 'Installing the npm packages (a minute or so, this once) …\n'

test('a checkout that is ready is left alone in silence', () => {
  using checkout = createCheckout()
  markReady(checkout.path)

  expect(setUp(checkout.path)).toEqual(NOTHING_TO_DO)
})

test('packages are installed when they are missing, and not a second time', () => {
  using checkout = createCheckout()

  const first = setUp(checkout.path)
  const second = setUp(checkout.path)

  expect(first).toEqual({ status: 0, stdout: '', stderr: INSTALLING })
  expect(second).toEqual(NOTHING_TO_DO)
  expect(readFileSync(join(checkout.path, 'npm-calls'), 'utf8')).toBe(
    'ci --ignore-scripts --include=dev --no-audit --no-fund --loglevel=error\n',
  )
})

test('packages are installed again when the lock file has changed', () => {
  using checkout = createCheckout()
  markReady(checkout.path)
  writeFileSync(join(checkout.path, 'package-lock.json'), '{ "changed": true }')

  expect(setUp(checkout.path)).toEqual({ status: 0, stdout: '', stderr: INSTALLING })
})

test('the command of the checkout is there for npx', () => {
  using checkout = createCheckout()

  setUp(checkout.path)

  expect(existsSync(join(checkout.path, 'node_modules/.bin/offswitch'))).toBe(true)
})

test('a failing npm is told in its own words, and nothing is marked as done', () => {
  using checkout = createCheckout({ npm: 'echo "npm error code E404" >&2; exit 1' })

  const result = setUp(checkout.path)

  expect(result).toEqual({
    status: 1,
    stdout: '',
    stderr: `${INSTALLING}  npm error code E404\nSet-up failed: npm ci ended with 1.\n`,
  })
  expect(existsSync(join(checkout.path, 'node_modules/.offswitch-setup.json'))).toBe(false)
})

test('before tests, a failure closes with the count that build servers read', () => {
  using checkout = createCheckout({ npm: 'exit 1' })

  const result = setUp(checkout.path, { npm_lifecycle_event: 'pretest' })

  expect({ status: result.status, stdout: result.stdout }).toEqual({
    status: 1,
    stdout: '0 passed, 1 failed\n',
  })
})

test('missing system packages are named in one line when the system is to be left alone', ({
  skip,
}) => {
  skip(process.platform !== 'linux', 'the system packages are those of Linux')
  using checkout = createCheckout({ programs: ['unshare', 'mount', 'perl', 'newuidmap'] })
  markReady(checkout.path)

  const { status, stdout, stderr } = setUp(checkout.path)

  expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
  expect(stderr).toMatch(
    /^Not installed \(OFFSWITCH_SETUP=npm\): bubblewrap; meanwhile the bubblewrap sandbox and its tests are skipped\. To install: (sudo )?apt-get install bubblewrap\n$/,
  )
})

/** A folder with the script, a lock file, and a `bin` in which npm and the programs of sandboxes are stand-ins. */
function createCheckout({
  npm = INSTALLS,
  programs = ['bwrap', 'unshare', 'mount', 'perl', 'newuidmap'],
} = {}) {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'offswitch-setup-'))
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true })
    writeFileSync(join(folder.path, path), text)
    chmodSync(join(folder.path, path), 0o755)
  }
  mkdirSync(join(folder.path, 'scripts'))
  cpSync('scripts/setup.mjs', join(folder.path, 'scripts/setup.mjs'))
  write('package-lock.json', '{}')
  write('bin/offswitch.js', '')
  write('path/npm', `#!/bin/sh\n${npm}\n`)
  for (const program of programs) write(`path/${program}`, '#!/bin/sh\n')
  symlinkSync(process.execPath, join(folder.path, 'path/node'))
  return folder
}

/** What `npm ci` does, as far as the set-up sees it: the `node` package is there, but not yet its binary. */
const INSTALLS = `PATH=/usr/bin:/bin
echo "$*" >> npm-calls
rm -rf node_modules
mkdir -p node_modules/.bin node_modules/node
cat > node_modules/node/installArchSpecificPackage.js <<'END'
require('fs').mkdirSync('bin')
require('fs').symlinkSync(process.execPath, 'bin/node')
END`

function markReady(path: string): void {
  mkdirSync(join(path, 'node_modules/.bin'), { recursive: true })
  symlinkSync(process.execPath, join(path, 'node_modules/.bin/node'))
  const lock = createHash('sha256')
    .update(readFileSync(join(path, 'package-lock.json')))
    .digest('hex')
  writeFileSync(join(path, 'node_modules/.offswitch-setup.json'), JSON.stringify({ lock }))
}

function setUp(path: string, environment: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/setup.mjs'], {
    cwd: path,
    encoding: 'utf8',
    // The system of whoever runs this test is none of its business.
    env: { PATH: join(path, 'path'), OFFSWITCH_SETUP: 'npm', ...environment },
  })
  return { status, stdout, stderr }
}
