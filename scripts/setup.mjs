// Makes a checkout ready before `npm start` and `npm test`: npm packages, Node 24, the page that `offswitch view` serves, system
// packages, and for root the user that sandboxes are dropped to. Runs under any Node from 18 on, without packages. Does nothing, quickly, when all is there.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  existsSync,
  constants as fileConstants,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const OLDEST_NODE = 24
const ROOT = fileURLToPath(new URL('..', import.meta.url))
const MODULES = join(ROOT, 'node_modules')
const LOCAL_BIN = join(MODULES, '.bin')
const LOCAL_NODE = join(LOCAL_BIN, 'node')
const LOCAL_COMMAND = join(LOCAL_BIN, 'offswitch')
const STATE = join(MODULES, '.offswitch-setup.json')

const IS_ROOT = process.getuid?.() === 0
const SANDBOX_USER = 'offswitch-sandbox'
const SUBORDINATE_IDS = 65_536
const APT_TIMEOUT_MS = 5 * 60_000
const APT_RETRY_AFTER_MS = 60 * 60_000

// Programs a sandbox needs, the Debian package that has each, and what is missing without it. Most stand in every Debian.
const BUBBLEWRAP_SKIPPED = 'the bubblewrap sandbox and its tests are skipped'
const PROGRAMS = [
  { program: 'bwrap', from: 'bubblewrap', without: BUBBLEWRAP_SKIPPED },
  { program: 'unshare', from: 'util-linux', without: BUBBLEWRAP_SKIPPED },
  { program: 'mount', from: 'mount', without: BUBBLEWRAP_SKIPPED },
  { program: 'perl', from: 'perl-base', without: BUBBLEWRAP_SKIPPED },
  { program: 'newuidmap', from: 'uidmap', without: 'sandboxes have no second owner of files' },
]

// What tests of the docker sandbox run on where no engine answers: they start its daemon by hand, which only root may. A
// client alone, as some machines have it, is none. Not for `npm start`: whoever wants an engine for a study installs one.
const ENGINE_SKIPPED = 'tests of the docker sandbox are skipped'
const ENGINE = { program: 'dockerd', from: 'docker.io', without: ENGINE_SKIPPED }
// In younger Debians a package of its own.
const ENGINE_CLIENT = { program: 'docker', from: 'docker-cli', without: ENGINE_SKIPPED }
const ENGINE_ANSWER_MS = 10_000

// What tests drive the page with; the first is installed where there is none. Without a font it would draw empty boxes.
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const BROWSER_SKIPPED = 'tests of the page in a browser are skipped'
const BROWSER = { program: BROWSERS[0], from: 'chromium', without: BROWSER_SKIPPED }
const BROWSER_FONT = { program: null, from: 'fonts-liberation', without: BROWSER_SKIPPED }

// All that the page is built from.
const PAGE_SOURCES = ['web', 'assets/style', 'src', 'package-lock.json']

class SetupError extends Error {}

try {
  await preparePackages()
  await buildPage()
  await prepareSystem()
} catch (error) {
  // The system refused something (a folder that cannot be written): one line will do. Anything else is a bug of ours.
  if (!(error instanceof SetupError) && error.code === undefined) throw error
  say(`Set-up failed: ${error.message}`)
  // Before tests, the last line is the count that a build server reads.
  if (process.env.npm_lifecycle_event === 'pretest') process.stdout.write('0 passed, 1 failed\n')
  process.exitCode = 1
}

async function preparePackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex')
  if (readState().lock === lock && localNodeMajor() >= OLDEST_NODE) return linkCommand()

  say('Installing the npm packages (a minute or so, this once) …')
  // Cleared first, so that an installation that is broken off is not taken for a finished one.
  writeState({ ...readState(), lock: undefined })
  // The other packages' install scripts only build optional native parts that nothing here uses.
  const ci = await runToEnd('npm', [
    'ci',
    '--ignore-scripts',
    '--include=dev',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ])
  if (ci.status !== 0) {
    for (const line of ci.stderr.trim().split('\n').slice(-10)) say(`  ${line}`)
    throw new SetupError(`npm ci ended with ${ci.status ?? ci.signal ?? ci.error?.message}.`)
  }
  await bringNode()
  linkCommand()
  writeState({ ...readState(), lock })
}

/** The `node` package downloads its binary in its install script, as the npm package of this platform; just that is run. */
async function bringNode() {
  const folder = join(MODULES, 'node')
  const install = await runToEnd('node', ['installArchSpecificPackage.js'], folder)
  const binary = join(folder, 'bin', 'node')
  rmSync(LOCAL_NODE, { force: true })
  if (existsSync(binary)) symlinkSync(join('..', 'node', 'bin', 'node'), LOCAL_NODE)

  if (localNodeMajor() >= OLDEST_NODE) return
  // No binary for this platform, or one that does not run on it (Alpine, NixOS): the Node that runs this may be new enough.
  const own = process.execPath
  if (majorOf(process.version) >= OLDEST_NODE && !own.startsWith(MODULES)) {
    rmSync(LOCAL_NODE, { force: true })
    symlinkSync(own, LOCAL_NODE)
    return
  }
  throw new SetupError(
    `node_modules/.bin/node is not Node ${OLDEST_NODE} or newer (${lastLine(install) || 'the binary of this platform does not run here'}).`,
  )
}

/** npm links the commands of packages, not of the checkout itself; with this `npx offswitch` runs it, and at once. */
function linkCommand() {
  if (!existsSync(LOCAL_COMMAND))
    symlinkSync(join('..', '..', 'bin', 'offswitch.js'), LOCAL_COMMAND)
}

async function buildPage() {
  const config = join(ROOT, 'web', 'vite.config.ts')
  if (!existsSync(config)) return
  const page = hashOf(PAGE_SOURCES)
  if (readState().page === page && existsSync(join(ROOT, 'dist', 'web', 'index.html'))) return
  const build = run(LOCAL_NODE, [
    join(MODULES, 'vite', 'bin', 'vite.js'),
    'build',
    'web',
    '--logLevel=error',
  ])
  if (build.status !== 0) {
    for (const line of `${build.stdout}${build.stderr}`.trim().split('\n').slice(-10))
      say(`  ${line}`)
    throw new SetupError(`the page could not be built (${lastLine(build) || build.signal}).`)
  }
  writeState({ ...readState(), page })
}

function hashOf(paths) {
  const hash = createHash('sha256')
  const add = (path) => {
    const full = join(ROOT, path)
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) add(join(path, name))
    } else {
      hash.update(`${path}\0`).update(readFileSync(full))
    }
  }
  for (const path of paths) add(path)
  return hash.digest('hex')
}

async function prepareSystem() {
  if (process.platform !== 'linux') return
  const missing = [
    ...PROGRAMS.filter(({ program }) => !isOnPath(program)),
    ...missingOfEngine(),
    ...missingOfBrowser(),
  ]
  const userMissing = IS_ROOT && !sandboxUserIsReady()
  if (missing.length === 0 && !userMissing) return

  const packages = missing.map(({ from }) => from)
  const state = readState()
  const wanted = [...packages, ...(userMissing ? [SANDBOX_USER] : [])]
  const refusal = refusalOf(packages, wanted, state)
  if (refusal !== undefined) return sayMissing(missing, refusal)
  if (isAttended() && !(await confirm(packages, userMissing))) {
    writeState({
      ...state,
      declined: [...new Set([...wordsOf(state.declined), ...wanted])].join(' '),
    })
    return sayMissing(missing, 'as you wish')
  }

  // What tests alone need comes apart: that there is no such package must not keep the rest away.
  const forTests = [ENGINE_SKIPPED, BROWSER_SKIPPED]
  const groups = [
    missing.filter(({ without }) => !forTests.includes(without)),
    ...forTests.map((skipped) => missing.filter(({ without }) => without === skipped)),
  ]
  const installed = groups.map(installGroup)
  if (missing.includes(ENGINE) && isOnPath(ENGINE.program)) installGroup(missingOfEngine())
  if (installed.includes(false))
    writeState({ ...state, aptFailed: wanted.join(' '), aptFailedAt: Date.now() })
  if (userMissing && isOnPath('bwrap')) createSandboxUser()
}

function installGroup(group) {
  if (group.length === 0) return true
  const problem = installWithApt(group.map(({ from }) => from))
  if (problem !== undefined) sayMissing(group, problem)
  return problem === undefined
}

function missingOfEngine() {
  if (process.env.npm_lifecycle_event !== 'pretest' || !IS_ROOT) return []
  const [first] = [ENGINE, ENGINE_CLIENT].filter(({ program }) => !isOnPath(program))
  return first === undefined || ['docker', 'podman'].some(answersAsEngine) ? [] : [first]
}

function missingOfBrowser() {
  if (process.env.npm_lifecycle_event !== 'pretest' || BROWSERS.some(isOnPath)) return []
  return [BROWSER, BROWSER_FONT]
}

function answersAsEngine(program) {
  const { status, stdout } = run(program, ['info', '--format', '{{json .}}'], {
    timeout: ENGINE_ANSWER_MS,
  })
  // Older clients of docker end well without an engine, and only then say of no version.
  return status === 0 && /"(ServerVersion|graphRoot)":\s*"[^"]/.test(stdout)
}

/** Why the system is left as it is, or undefined when it may be changed. */
function refusalOf(packages, wanted, state) {
  if (process.env.OFFSWITCH_SETUP === 'npm') return 'OFFSWITCH_SETUP=npm'
  if (wanted.every((each) => wordsOf(state.declined).includes(each))) return 'declined earlier'
  if (packages.length === 0) return undefined
  if (!isOnPath('apt-get')) return 'no apt here'
  if (state.aptFailed === wanted.join(' ') && Date.now() - state.aptFailedAt < APT_RETRY_AFTER_MS) {
    return 'apt failed within the hour'
  }
  if (!IS_ROOT && !isOnPath('sudo')) return 'not root'
  if (!IS_ROOT && !sudoAsksNothing()) return 'not root, and sudo asks for a password'
  return undefined
}

function wordsOf(text) {
  return (text ?? '').split(' ')
}

function sayMissing(missing, why) {
  if (missing.length === 0) return
  const consequences = [...new Set(missing.map(({ without }) => without))].join('; ')
  const packages = missing.map(({ from }) => from).join(' ')
  const command = `${IS_ROOT ? '' : 'sudo '}apt-get install ${packages}`
  say(`Not installed (${why}): ${packages}; meanwhile ${consequences}. To install: ${command}`)
}

/** @returns undefined when the packages are there, else what apt said. */
function installWithApt(packages) {
  say(`Installing ${packages.join(', ')} with apt …`)
  // A fresh container has no package lists; where there are lists they may do, and fetching them takes longest.
  const first = hasAptLists() ? runApt(['install', ...packages]) : undefined
  if (first?.status === 0) return undefined
  const update = runApt(['update'])
  const second = runApt(['install', ...packages])
  if (second.status === 0) return undefined
  return `apt: ${aptError(second) || aptError(update) || `exit ${second.status ?? second.signal}`}`
}

function runApt([command, ...packages]) {
  const options = [
    'Acquire::http::Timeout=20',
    'Acquire::https::Timeout=20',
    'Acquire::Retries=1',
    'DPkg::Lock::Timeout=60',
  ].flatMap((option) => ['-o', option])
  const install = command === 'install' ? ['--yes', '--no-install-recommends'] : []
  const apt = ['apt-get', '-q', ...options, command, ...install, ...packages]
  const [program, ...args] = [
    ...(IS_ROOT ? [] : ['sudo', '-n']),
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'LC_ALL=C',
    ...apt,
  ]
  return run(program, args, { timeout: APT_TIMEOUT_MS })
}

function aptError(result) {
  return result.stderr
    .split('\n')
    .find((line) => line.startsWith('E: '))
    ?.slice(3)
}

function hasAptLists() {
  try {
    return readdirSync('/var/lib/apt/lists').some((name) => name.includes('_Packages'))
  } catch {
    return false // No such folder: no lists.
  }
}

function sudoAsksNothing() {
  return run('sudo', ['-n', 'true']).status === 0
}

// A harness that runs as root must not start sandboxes as root: a process whose id maps to the host's root may write to
// kernel settings under /proc. It drops to this user, whose subordinate ids give the sandbox a second owner of files.
function createSandboxUser() {
  const steps = []
  if (!hasEntry('/etc/passwd')) {
    steps.push([
      'useradd',
      '--system',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/usr/sbin/nologin',
      SANDBOX_USER,
    ])
  }
  const first = freeSubordinateId()
  const range = `${first}-${first + SUBORDINATE_IDS - 1}`
  for (const [file, flag] of [
    ['/etc/subuid', '--add-subuids'],
    ['/etc/subgid', '--add-subgids'],
  ]) {
    if (hasEntry(file)) continue
    // usermod refuses to add ranges where the file does not exist yet.
    writeFileSync(file, '', { flag: 'a' })
    steps.push(['usermod', flag, range, SANDBOX_USER])
  }
  for (const [program, ...args] of steps) {
    const result = run(program, args)
    if (result.status === 0) continue
    say(
      `Could not create the user ${SANDBOX_USER} (${lastLine(result) || `${program} failed`}). Meanwhile run as an ordinary user, or in the memory sandbox.`,
    )
    return
  }
  say(`Created the system user ${SANDBOX_USER} (subordinate ids ${range}).`)
}

function sandboxUserIsReady() {
  return ['/etc/passwd', '/etc/subuid', '/etc/subgid'].every(hasEntry)
}

function hasEntry(file) {
  return entriesOf(file).some(([name]) => name === SANDBOX_USER)
}

/** The lowest start, from Debian's usual one upwards, of a range that nobody has in either file. */
function freeSubordinateId() {
  const taken = ['/etc/subuid', '/etc/subgid']
    .flatMap(entriesOf)
    .map(([, start, count]) => ({ start: Number(start), end: Number(start) + Number(count) }))
    .sort((a, b) => a.start - b.start)
  let first = 100_000
  for (const { start, end } of taken) {
    if (start < first + SUBORDINATE_IDS && end > first) first = end
  }
  return first
}

function entriesOf(file) {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.includes(':'))
      .map((line) => line.split(':'))
  } catch {
    return [] // No such file: no entries.
  }
}

function isAttended() {
  return process.stdin.isTTY && process.stdout.isTTY
}

function confirm(packages, userMissing) {
  const wanted = [
    ...(packages.length > 0 ? [`install ${packages.join(', ')} with apt`] : []),
    ...(userMissing ? [`create the system user ${SANDBOX_USER}`] : []),
  ].join(' and ')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  return new Promise((resolve) => {
    terminal.on('SIGINT', () => process.exit(128 + constants.signals.SIGINT))
    terminal.on('close', () => resolve(false))
    terminal.question(`Sandboxes and tests need this: ${wanted}. Do it now? [Y/n] `, (answer) => {
      resolve(/^(y|yes|)$/i.test(answer.trim()))
      terminal.close()
    })
  })
}

/**
 * Runs npm in a process group of its own, which a broken-off set-up takes down at once: left to itself, npm spends half a
 * minute on putting back what it replaced. Half an installation does no harm, since only a whole one is marked as done.
 */
function runToEnd(program, args, cwd = ROOT) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: childEnvironment(),
    })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      stderr += chunk
    })
    const stop = (signal) => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      process.exit(128 + constants.signals[signal])
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.once(signal, stop)
    const end = (result) => {
      for (const signal of signals) process.off(signal, stop)
      resolve({ stderr, ...result })
    }
    child.once('error', (error) => end({ error }))
    child.once('close', (status, signal) => end({ status, signal }))
  })
}

function run(program, args, options = {}) {
  const result = spawnSync(program, args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: childEnvironment(),
    ...options,
  })
  // Ctrl-C reaches the child too, and what it then said of itself is not to be taken for a failure.
  if (result.signal === 'SIGINT') process.exit(128 + constants.signals.SIGINT)
  return result
}

/** Children must not find the Node inside node_modules, which `npm ci` takes away under them. */
function childEnvironment() {
  const path = searchPath()
    .filter((folder) => !folder.startsWith(MODULES))
    .join(delimiter)
  return { ...process.env, PATH: path }
}

function isOnPath(program) {
  return searchPath().some((folder) => {
    try {
      accessSync(join(folder, program), fileConstants.X_OK)
      return true
    } catch {
      return false // Not in this folder.
    }
  })
}

/** With the folders for administration, which an ordinary user's PATH may lack. */
function searchPath() {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
}

function localNodeMajor() {
  const result = spawnSync(LOCAL_NODE, ['--version'], { encoding: 'utf8' })
  return result.status === 0 ? majorOf(result.stdout) : 0
}

function majorOf(version) {
  return Number.parseInt(version.trim().replace(/^v/, ''), 10)
}

function lastLine(result) {
  return (result.stderr || result.error?.message || '').trim().split('\n').pop() ?? ''
}

function readState() {
  try {
    return JSON.parse(readFileSync(STATE, 'utf8'))
  } catch {
    return {} // Never set up, or broken off while writing: set up anew.
  }
}

/** Written beside and moved into place, so that it is there whole or not at all. */
function writeState(state) {
  if (!existsSync(MODULES)) return
  const next = `${STATE}.${process.pid}`
  writeFileSync(next, `${JSON.stringify(state)}\n`)
  renameSync(next, STATE)
}

function say(line) {
  process.stderr.write(`${line}\n`)
}
