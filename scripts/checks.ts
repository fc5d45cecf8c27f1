import { type ChildProcess, fork, spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TestCounts } from './test-counts.ts'

/** One line of the gate. */
export interface Check {
  readonly name: string
  /** What fails it is the first command that does not end with 0. */
  readonly commands: readonly (readonly [program: string, ...args: string[]])[]
}

export interface CheckOutcome {
  readonly name: string
  readonly passed: boolean
  readonly durationMs: number
  /** What it printed; worth showing when it failed. */
  readonly output: string
}

const LINES_SHOWN = 120

/** Tests start the command line some hundred times: what was compiled once is read back. */
const COMPILE_CACHE = resolve('node_modules/.offswitch-compiled')

const bin = (name: string): string => `node_modules/.bin/${name}`

/** The checks that run no tests. The slowest stand first, so that none is left over at the end. */
export const STATIC_CHECKS: readonly Check[] = [
  {
    name: 'package',
    commands: [
      [bin('tsdown'), '--log-level=warn'],
      [bin('publint'), '--strict'],
    ],
  },
  { name: 'unused code', commands: [[bin('knip'), '--no-progress']] },
  { name: 'lint', commands: [[bin('oxlint'), '--type-aware', '--deny-warnings']] },
  // `tsc` in `.bin` is the TypeScript with a compiler interface; the native one is several times faster.
  {
    name: 'types',
    commands: [
      [process.execPath, 'node_modules/typescript7/bin/tsc'],
      [process.execPath, 'node_modules/typescript7/bin/tsc', '-p', 'web'],
    ],
  },
  // Not where it is served from: something may be looking at it there.
  {
    name: 'page',
    commands: [
      [
        bin('vite'),
        'build',
        'web',
        '--logLevel=error',
        '--outDir',
        '../node_modules/.offswitch-page',
      ],
    ],
  },
  { name: 'catalogs', commands: [[process.execPath, 'scripts/generate.ts', '--check']] },
  {
    name: 'format',
    commands: [[bin('biome'), 'check', '--error-on-warnings', '--reporter=summary']],
  },
]

/** Runs the static checks and the fast tests, as many at once as there are cores, and hands over each as it ends. */
export async function runGate(
  onOutcome: (outcome: CheckOutcome) => void,
): Promise<{ outcomes: CheckOutcome[]; tests: TestCounts }> {
  const tests = runTests('fast', { quiet: true })
  const report = tests.then(({ outcome }) => onOutcome(outcome))
  const waiting = [...STATIC_CHECKS]
  const outcomes: CheckOutcome[] = []
  const lanes = Array.from({ length: Math.max(1, availableParallelism() - 1) }, async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const outcome = await runCheck(check)
      outcomes.push(outcome)
      onOutcome(outcome)
    }
  })
  await Promise.all([report, ...lanes])
  return { outcomes, tests: (await tests).counts }
}

async function runCheck({ name, commands }: Check): Promise<CheckOutcome> {
  const start = performance.now()
  let output = ''
  for (const [program, ...args] of commands) {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    })
    const [printed, exitCode] = await Promise.all([outputOf(child), exitOf(child)])
    output += printed
    if (exitCode !== 0) {
      return { name, passed: false, durationMs: performance.now() - start, output }
    }
  }
  return { name, passed: true, durationMs: performance.now() - start, output }
}

/** Runs a project of the tests in a process of its own; `quiet` keeps what it prints instead of showing it. */
export async function runTests(
  project: string,
  { quiet }: { readonly quiet: boolean },
): Promise<{ outcome: CheckOutcome; counts: TestCounts }> {
  const start = performance.now()
  const child = fork('scripts/run-tests.ts', [project, quiet ? 'dot' : 'default'], {
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit', 'ipc'],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE, ...(quiet ? { NO_COLOR: '1' } : {}) },
  })
  let counts: TestCounts = { passed: 0, failures: [], skipped: [] }
  child.on('message', (message: TestCounts) => {
    counts = message
  })
  const [output, exitCode] = await Promise.all([outputOf(child), exitOf(child)])
  // A run that ended badly without a failed test (it crashed, or never began) is a failure all the same.
  const name = `${project} tests`
  if (exitCode !== 0 && counts.failures.length === 0) {
    counts = { ...counts, failures: [{ name, says: `ended with ${exitCode ?? 'a signal'}` }] }
  }
  const passed = counts.failures.length === 0
  return { outcome: { name, passed, durationMs: performance.now() - start, output }, counts }
}

async function outputOf(child: ChildProcess): Promise<string> {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null)
  return (await Promise.all(streams.map((stream) => text(stream)))).join('')
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
}

/** A line for each check, and for one that failed what it said. */
export function describeOutcome({ name, passed, durationMs, output }: CheckOutcome): string {
  const seconds = `${(durationMs / 1000).toFixed(1)} s`
  const line = `${passed ? 'ok    ' : 'FAILED'} ${name.padEnd(12)} ${seconds.padStart(7)}`
  return passed ? line : `${line}\n${shortened(output.trimEnd())}\n`
}

/** The first problems are enough to begin with, and a gate that scrolls away is not read. */
function shortened(output: string): string {
  const lines = output.split('\n')
  const left = lines.length - LINES_SHOWN
  return left <= 0 ? output : [...lines.slice(0, LINES_SHOWN), `… ${left} lines more`].join('\n')
}
