import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
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
  using checkout = createCheckout({
    programs: ['unshare', 'mount', 'perl', 'newuidmap', 'chromium'],
  })
  markReady(checkout.path)

  const { status, stdout, stderr } = setUp(checkout.path)

  expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
  expect(stderr).toMatch(
    /^Not installed \(OFFSWITCH_SETUP=npm\): bubblewrap; meanwhile the bubblewrap sandbox and its tests are skipped\. To install: (sudo )?apt-get install bubblewrap\n$/,
  )
})

test('before tests, an engine is named that is missing, and before a study it is not', ({
  skip,
}) => {
  skip(process.platform !== 'linux', 'the system packages are those of Linux')
  skip(
    process.getuid?.() !== 0,
    'only root may start an engine by hand, so that only for root one is installed',
  )
  using checkout = createCheckout()
  markReady(checkout.path)

  const beforeTests = setUp(checkout.path, { npm_lifecycle_event: 'pretest' })
  const beforeStudy = setUp(checkout.path, { npm_lifecycle_event: 'prestart' })

  expect([beforeTests, beforeStudy]).toEqual([
    {
      status: 0,
      stdout: '',
      stderr:
        'Not installed (OFFSWITCH_SETUP=npm): docker.io; meanwhile tests of the docker sandbox are skipped. To install: apt-get install docker.io\n',
    },
    NOTHING_TO_DO,
  ])
})

test.each([
  ['the daemon and its client are there', { dockerd: '', docker: 'exit 1' }],
  ['an engine answers', { docker: `echo '{"ServerVersion":"20.10.24"}'` }],
  ['podman answers', { podman: `echo '{"store": {"graphRoot": "/var/lib/containers"}}'` }],
])('no engine is missing when %s', (_, engine) => {
  using checkout = createCheckout({ engine })
  markReady(checkout.path)

  expect(setUp(checkout.path, { npm_lifecycle_event: 'pretest' })).toEqual(NOTHING_TO_DO)
})

test.each([
  ['a client without a daemon', `echo '{"ServerVersion":"","ServerErrors":["none"]}'; exit 1`],
  ['an older client without a daemon', `echo '{"ServerErrors":["none"],"ClientInfo":{}}'`],
])('%s is no engine', (_, docker) => {
  using checkout = createCheckout({ engine: { docker } })
  markReady(checkout.path)

  const { stderr } = setUp(checkout.path, { npm_lifecycle_event: 'pretest' })

  expect(stderr).toMatch(process.getuid?.() === 0 ? /^Not installed .*: docker\.io;/ : /^$/)
})

test('before tests, a browser is named that is missing, and before a study it is not', ({
  skip,
}) => {
  skip(process.platform !== 'linux', 'the system packages are those of Linux')
  using checkout = createCheckout({
    programs: ['bwrap', 'unshare', 'mount', 'perl', 'newuidmap'],
    engine: { docker: `echo '{"ServerVersion":"20.10.24"}'` },
  })
  markReady(checkout.path)

  const beforeTests = setUp(checkout.path, { npm_lifecycle_event: 'pretest' })
  const beforeStudy = setUp(checkout.path, { npm_lifecycle_event: 'prestart' })

  expect(beforeTests.stderr).toMatch(
    /^Not installed \(OFFSWITCH_SETUP=npm\): chromium fonts-liberation; meanwhile tests of the page in a browser are skipped\. To install: (sudo )?apt-get install chromium fonts-liberation\n$/,
  )
  expect(beforeStudy).toEqual(NOTHING_TO_DO)
})

test('the page is built when what it is made of has changed, and not a second time', () => {
  using checkout = createCheckout()
  markReady(checkout.path)
  writePage(checkout.path)
  const built = () => readFileSync(join(checkout.path, 'builds'), 'utf8')

  expect([setUp(checkout.path), setUp(checkout.path)]).toEqual([NOTHING_TO_DO, NOTHING_TO_DO])
  expect(built()).toBe('build web --logLevel=error\n')

  writeFileSync(join(checkout.path, 'src/records.ts'), 'changed')
  expect(setUp(checkout.path)).toEqual(NOTHING_TO_DO)
  expect(built()).toBe('build web --logLevel=error\n'.repeat(2))
})

test('a page that cannot be built is told in the builder’s words', () => {
  using checkout = createCheckout()
  markReady(checkout.path)
  writePage(checkout.path, "console.error('Unexpected token'); process.exit(1)")

  const { status, stderr } = setUp(checkout.path)

  expect([status, stderr]).toEqual([
    1,
    '  Unexpected token\nSet-up failed: the page could not be built (Unexpected token).\n',
  ])
})

/** Sources of a page, and a builder that writes down how it was called. */
function writePage(path: string, builder = BUILDS): void {
  for (const folder of ['web', 'assets/style', 'src', 'node_modules/vite/bin']) {
    mkdirSync(join(path, folder), { recursive: true })
  }
  writeFileSync(join(path, 'web/vite.config.ts'), '')
  writeFileSync(join(path, 'src/records.ts'), '')
  writeFileSync(join(path, 'node_modules/vite/bin/vite.js'), builder)
}

const BUILDS = `
const fs = require('fs')
fs.mkdirSync('dist/web', { recursive: true })
fs.writeFileSync('dist/web/index.html', '')
fs.appendFileSync('builds', process.argv.slice(2).join(' ') + '\\n')`

interface CheckoutOptions {
  readonly npm?: string
  readonly programs?: readonly string[]
  /** Programs of an engine, and what each does. */
  readonly engine?: Readonly<Record<string, string>>
}

/** A folder with the script, a lock file, and a `bin` in which npm and the programs of sandboxes are stand-ins. */
function createCheckout({
  npm = INSTALLS,
  programs = ['bwrap', 'unshare', 'mount', 'perl', 'newuidmap', 'chromium'],
  engine = {},
}: CheckoutOptions = {}) {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'offswitch-setup-'))
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true })
    writeFileSync(join(folder.path, path), text)
    chmodSync(join(folder.path, path), 0o755)
  }
  mkdirSync(join(folder.path, 'scripts'))
  // Where programs for administration are looked for as well; what this machine has there is no part of a test.
  const [before, after, ...more] = readFileSync('scripts/setup.mjs', 'utf8').split(
    "'/usr/sbin', '/sbin'",
  )
  if (after === undefined || more.length > 0)
    throw new Error('setup.mjs looks elsewhere for programs')
  writeFileSync(join(folder.path, 'scripts/setup.mjs'), `${before}${after}`)
  write('package-lock.json', '{}')
  write('bin/offswitch.js', '')
  write('path/npm', `#!/bin/sh\n${npm}\n`)
  for (const program of programs) write(`path/${program}`, '#!/bin/sh\n')
  for (const [program, text] of Object.entries(engine))
    write(`path/${program}`, `#!/bin/sh\n${text}\n`)
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
