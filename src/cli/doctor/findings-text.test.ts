import { expect, test } from 'vitest'
import { createPaint } from '../../reports/create-paint.ts'
import { textWidth } from '../../reports/text-width.ts'
import { CAPABILITIES, type Capabilities } from '../../sandboxes/sandbox.ts'
import type { Findings, SandboxFinding } from './findings.ts'
import { findingsText } from './findings-text.ts'

const WORKS: SandboxFinding = {
  id: 'cellar',
  title: 'A world under the stairs',
  simulated: false,
  status: 'works',
  available: true,
  reason: null,
  fix: null,
  capabilities: capabilities(true),
  details: { door: '2.1', key: 'brass' },
  hold: {
    memory: 'bounded for a world as a whole',
    processes:
      'bounded for a world as a whole: the kernel counts them in each user namespace apart',
    disk: 'bounded by the walls',
    end: 'the light is put out; that nothing is left is seen in the dark (0.5 ms when tried)',
    tracer: 'none: nobody looks',
    weaknesses: ['the door has a gap', 'the stairs creak'],
  },
}

const LIMITED: SandboxFinding = {
  ...WORKS,
  id: 'attic',
  status: 'works-with-limits',
  reason: 'the roof leaks; it is cold',
  fix: 'sudo apt-get install -y --no-install-recommends a-roof-that-is-quite-long and-a-stove',
  capabilities: { ...capabilities(false), signals: true },
}

const BROKEN: SandboxFinding = {
  ...WORKS,
  id: 'shed',
  title: 'A world in the garden',
  status: 'does-not-run',
  available: false,
  reason: 'There is no \u001b[31mshed',
  fix: 'build one',
  details: {},
  hold: null,
}

const SIMULATED: SandboxFinding = { ...WORKS, id: 'dream', simulated: true }

test('a sandbox that works is told in the order in which a newcomer asks', () => {
  expect(sandboxesIn(textOf([WORKS]))).toBe(`  ✓ cellar             works
    A world under the stairs
      has         file rights that hold · files of a second owner · signals ·
                  background jobs · hard links · real interpreters (bash, perl,
                  python) · system tools (mount, unshare, chattr) · processes
                  seen from outside · programs traced as they start · real time
      memory      bounded for a world as a whole
      processes   bounded for a world as a whole: the kernel counts them in each
                  user namespace apart
      disk        bounded by the walls
      its end     the light is put out; that nothing is left is seen in the dark
                  (0.5 ms when tried)
      tracer      none: nobody looks
      weak points the door has a gap
                  the stairs creak
      found       door 2.1; key brass

  A run that names none uses cellar.`)
})

test('one that works with limits says which, and its command stays whole', () => {
  const text = sandboxesIn(textOf([{ ...LIMITED, hold: null, details: {} }]))

  expect(text).toBe(`  ! attic              works, with limits
    A world under the stairs
      limits      the roof leaks; it is cold
      has         signals
      lacks       file rights that hold · files of a second owner · background
                  jobs · hard links · real interpreters (bash, perl, python) ·
                  system tools (mount, unshare, chattr) · processes seen from
                  outside · programs traced as they start · real time
      for more    sudo apt-get install -y --no-install-recommends a-roof-that-is-quite-long and-a-stove

  A run that names none uses attic.`)
})

test('one that does not run says why, and what mends it, and nothing that would be a promise', () => {
  expect(sandboxesIn(textOf([BROKEN, SIMULATED]))).toMatch(
    /^ {2}✗ shed {15}does not run here\n {4}A world in the garden\n {6}why not {5}There is no \\u\{1b\}\[31mshed\n {6}to mend it {2}build one\n\n/,
  )
})

test.each([
  [[WORKS, SIMULATED], 'A run that names none uses cellar.'],
  [[BROKEN, SIMULATED], 'A run that names none uses dream, which is no real machine.'],
  [[BROKEN], 'No sandbox runs here, and so no run can.'],
])('what a run takes by itself is said (%#)', (sandboxes, sentence) => {
  expect(textOf(sandboxes)).toContain(`\n  ${sentence}\n`)
})

test.each([80, 120])('nothing but commands is wider than %i columns', (width) => {
  const lines = textOf([WORKS, LIMITED, BROKEN, SIMULATED], width).split('\n')

  const wide = lines.filter((line) => textWidth(line) > width)
  expect(wide.every((line) => line.trimStart().startsWith('for more'))).toBe(true)
})

function textOf(sandboxes: readonly SandboxFinding[], width = 80): string {
  const findings: Findings = {
    offswitch: '1.2.3',
    node: '24.0.0',
    sandboxes,
    defaultSandbox: sandboxes.find(({ available }) => available)?.id ?? null,
    keys: [{ provider: 'openai', variables: ['OPENAI_API_KEY'], present: [] }],
    keyChecks: null,
    runs: { folder: 'runs', writable: false, reason: 'no permission to write /srv' },
  }
  return findingsText(findings, { paint: createPaint(false), width })
}

function sandboxesIn(text: string): string {
  return text.slice(text.indexOf('Sandboxes\n') + 10, text.indexOf('\n\nKeys of'))
}

function capabilities(has: boolean): Capabilities {
  return Object.fromEntries(CAPABILITIES.map((name) => [name, has])) as Capabilities // All names.
}
