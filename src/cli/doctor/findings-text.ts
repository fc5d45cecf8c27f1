import { escapeLine } from '../../reports/escape-text.ts'
import type { Paint } from '../../reports/paint.ts'
import { wrapText } from '../../reports/text-width.ts'
import { CAPABILITY_WORDS } from '../../sandboxes/capability-words.ts'
import { CAPABILITIES } from '../../sandboxes/sandbox.ts'
import type { Findings, KeyFinding, KeyOutcome, SandboxFinding, SandboxStatus } from './findings.ts'

interface Page {
  readonly paint: Paint
  readonly width: number
}

/** Longer lines are hard to read, however wide the terminal. */
const WIDTH_MAX = 110
const LABEL_COLUMN = 6
const TEXT_COLUMN = 18
/** Where what is said of a name begins. The longest name is `openai-compatible`. */
const ITEM_COLUMN = 23

/** What `doctor` has found out, for a person. */
export function findingsText(findings: Findings, { paint, width }: Page): string {
  const page = { paint, width: Math.min(width, WIDTH_MAX) }
  return [
    paint.strong('Program'),
    ...item(page, 'good', 'offswitch', findings.offswitch),
    ...item(page, 'good', 'Node', findings.node),
    '',
    paint.strong('Sandboxes'),
    ...findings.sandboxes.flatMap((sandbox) => [...sandboxLines(page, sandbox), '']),
    ...wrapText(defaultText(findings), page.width - 2).map((line) => `  ${line}`),
    '',
    paint.strong('Keys of model providers, in the environment or .env'),
    ...findings.keys.flatMap(({ provider, variables, present }) =>
      present.length > 0
        ? item(page, 'good', provider, present.join(', '))
        : item(page, 'absent', provider, `not set: ${variables.join(' or ')}`),
    ),
    '  Names only; values are never shown.',
    ...keyCheckLines(page, findings.keyChecks),
    '',
    paint.strong('Storage'),
    findings.runs.writable
      ? item(page, 'good', 'runs', `folder ${escapeLine(findings.runs.folder)} can be written`)
      : item(page, 'bad', 'runs', findings.runs.reason ?? ''),
  ]
    .flat()
    .join('\n')
}

const STATUS: Readonly<Record<SandboxStatus, { readonly mark: Mark; readonly words: string }>> = {
  works: { mark: 'good', words: 'works' },
  'works-with-limits': { mark: 'limited', words: 'works, with limits' },
  'does-not-run': { mark: 'bad', words: 'does not run here' },
}

function sandboxLines(page: Page, sandbox: SandboxFinding): string[] {
  const { mark, words } = STATUS[sandbox.status]
  return [
    ...item(page, mark, sandbox.id, `${words}${sandbox.simulated ? ' (a simulation)' : ''}`),
    ...wrapText(sandbox.title, page.width - 4).map((line) => `    ${page.paint.faint(line)}`),
    ...facts(sandbox).flatMap(([label, text]) => fact(page, label, text)),
    ...command(page, sandbox),
  ]
}

/** In the order of what a newcomer asks: may I use it, what can it do, how far can I trust it, how do I get more. */
function facts(sandbox: SandboxFinding): [label: string, text: string][] {
  const { available, reason, capabilities, details, hold } = sandbox
  const words = (has: boolean): string =>
    CAPABILITIES.filter((name) => capabilities[name] === has)
      .map((name) => CAPABILITY_WORDS[name])
      .join(' · ')
  const found = Object.entries(details).map(([name, value]) => `${name} ${value}`)
  const described: [string, string | null | undefined][] = [
    [available ? 'limits' : 'why not', reason],
    ['has', available ? words(true) : null],
    ['lacks', available ? words(false) : null],
    ['memory', hold?.memory],
    ['processes', hold?.processes],
    ['disk', hold?.disk],
    ['its end', hold?.end],
    ['tracer', hold?.tracer],
    ...(hold?.weaknesses ?? []).map((text, index): [string, string] => [
      index === 0 ? 'weak points' : '',
      text,
    ]),
    ['found', found.join('; ')],
  ]
  return described.filter((each): each is [string, string] => (each[1] ?? '') !== '')
}

/** On one line, whatever the width: it is to be copied. */
function command({ paint }: Page, { available, fix }: SandboxFinding): string[] {
  if (fix === null) return []
  const label = (available ? 'for more' : 'to mend it').padEnd(TEXT_COLUMN - LABEL_COLUMN)
  return [`${' '.repeat(LABEL_COLUMN)}${paint.faint(label)}${paint.strong(escapeLine(fix))}`]
}

function defaultText({ defaultSandbox, sandboxes }: Findings): string {
  const chosen = sandboxes.find(({ id }) => id === defaultSandbox)
  if (chosen === undefined) return 'No sandbox runs here, and so no run can.'
  const what = chosen.simulated ? ', which is no real machine' : ''
  return `A run that names none uses ${chosen.id}${what}.`
}

function keyCheckLines(page: Page, checks: readonly KeyFinding[] | null): string[] {
  if (checks === null) return []
  return [
    '',
    page.paint.strong('Keys tried, with a request that costs nothing'),
    ...checks.flatMap(({ provider, outcome, detail }) => {
      const { mark, words } = OUTCOMES[outcome]
      return item(page, mark, provider, escapeLine(`${words}: ${detail}`))
    }),
    ...(checks.length === 0 ? ['  There is none to try.'] : []),
  ]
}

const OUTCOMES: Readonly<Record<KeyOutcome, { readonly mark: Mark; readonly words: string }>> = {
  good: { mark: 'good', words: 'good' },
  refused: { mark: 'bad', words: 'refused' },
  restricted: { mark: 'limited', words: 'restricted' },
  unclear: { mark: 'limited', words: 'not decided' },
  'no-answer': { mark: 'bad', words: 'no answer' },
  elsewhere: { mark: 'bad', words: 'not this address' },
  'no-key': { mark: 'absent', words: 'no key' },
  unusable: { mark: 'bad', words: 'cannot be used' },
  'no-address': { mark: 'absent', words: 'no address' },
  'not-checked': { mark: 'absent', words: 'not checked' },
}

type Mark = 'good' | 'limited' | 'bad' | 'absent'

function item({ paint, width }: Page, mark: Mark, name: string, text: string): string[] {
  const marks: Readonly<Record<Mark, string>> = {
    good: paint.good('✓'),
    limited: paint.notable('!'),
    bad: paint.bad('✗'),
    absent: paint.faint('–'),
  }
  const [first = '', ...rest] = wrapText(text, width - ITEM_COLUMN)
  return [
    `  ${marks[mark]} ${paint.strong(name.padEnd(ITEM_COLUMN - 6))}  ${first}`,
    ...rest.map((line) => `${' '.repeat(ITEM_COLUMN)}${line}`),
  ]
}

function fact({ paint, width }: Page, label: string, text: string): string[] {
  const [first = '', ...rest] = wrapText(escapeLine(text), width - TEXT_COLUMN)
  const name = label.padEnd(TEXT_COLUMN - LABEL_COLUMN)
  return [
    `${' '.repeat(LABEL_COLUMN)}${paint.faint(name)}${first}`,
    ...rest.map((line) => `${' '.repeat(TEXT_COLUMN)}${line}`),
  ]
}
