import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Command as CommanderCommand } from 'commander'
import { z } from 'zod'
import { PROVIDERS } from '../../agents/model/providers.ts'
import { escapeLine } from '../../reports/escape-text.ts'
import { jsonText } from '../../reports/json-text.ts'
import { createPaint, type Paint } from '../../reports/paint.ts'
import { wrapText } from '../../reports/text-width.ts'
import { sandboxes } from '../../sandboxes/catalog.ts'
import type { Availability } from '../../sandboxes/sandbox.ts'
import { defineCommand } from '../command.ts'
import { type CommandContext, usesColour, widthOf } from '../command-context.ts'
import { EXIT } from '../exit-code.ts'
import { RUNS_FOLDER } from '../run/run-name.ts'

const Options = z.object({ runs: z.string(), json: z.boolean().optional() })

interface Findings {
  readonly node: string
  readonly offswitch: string
  readonly sandboxes: readonly (Availability & { readonly id: string; readonly title: string })[]
  /** Names only: values never leave the environment. */
  readonly keys: readonly {
    readonly provider: string
    readonly variables: readonly string[]
    readonly present: readonly string[]
  }[]
  readonly runs: {
    readonly folder: string
    readonly writable: boolean
    readonly reason: string | null
  }
}

/** Tries what a run needs on this machine. */
export const doctor = defineCommand({
  name: 'doctor',
  summary: 'say what works on this machine, and what would mend what does not',
  example: `doctor
    doctor --json`,
  declare: (command: CommanderCommand) => {
    command.option('--runs <dir>', 'folder for runs', RUNS_FOLDER).option('--json', 'print JSON')
  },
  run: async ({ options }, context) => {
    const { runs, json } = Options.parse(options)
    const findings = await examine(context, runs)
    const paint = createPaint(usesColour(context.stdout, context.environment))
    const text =
      json === true
        ? jsonText(findings)
        : findingsText(findings, { paint, width: widthOf(context.stdout) })
    context.stdout.write(`${text}\n`)
    return EXIT.done
  },
})

async function examine(
  { clock, environment, version }: CommandContext,
  folder: string,
): Promise<Findings> {
  const context = { clock, signal: new AbortController().signal }
  const checked: (Availability & { id: string; title: string })[] = []
  // One after the other: each starts processes, and is to be judged undisturbed.
  for (const { id, title, load } of sandboxes) {
    const kind = await load()
    checked.push({ id, title, ...(await kind.check(context)) })
  }
  return {
    node: process.versions.node,
    offswitch: version,
    sandboxes: checked,
    keys: PROVIDERS.map(({ id, keyVariables }) => ({
      provider: id,
      variables: keyVariables,
      present: keyVariables.filter((name) => (environment[name] ?? '') !== ''),
    })),
    runs: examineFolder(folder),
  }
}

/** A folder that is not there yet is made by the first run, if the nearest one above it lets us. */
function examineFolder(folder: string): Findings['runs'] {
  let nearest = resolve(folder)
  while (!existsSync(nearest)) nearest = dirname(nearest)
  try {
    accessSync(nearest, constants.W_OK)
    return { folder, writable: true, reason: null }
  } catch {
    // Whatever keeps us from writing there, the answer is the same.
    return { folder, writable: false, reason: `no permission to write ${nearest}` }
  }
}

function findingsText(
  findings: Findings,
  page: { readonly paint: Paint; readonly width: number },
): string {
  const { paint, width } = page
  const names = [
    ...findings.sandboxes.map(({ id }) => id),
    ...findings.keys.map(({ provider }) => provider),
  ]
  const column = Math.max(12, ...names.map(({ length }) => length)) + 6
  const marks = { works: paint.good('✓'), fails: paint.bad('✗'), absent: paint.faint('–') }
  const item = (mark: keyof typeof marks, name: string, text: string): string[] => {
    const [first = '', ...rest] = wrapText(text, width - column)
    return [
      `  ${marks[mark]} ${paint.strong(name.padEnd(column - 6))}  ${first}`,
      ...rest.map((line) => `${' '.repeat(column)}${line}`),
    ]
  }
  const lines = [
    paint.strong('Program'),
    ...item('works', 'offswitch', findings.offswitch),
    ...item('works', 'Node', findings.node),
    '',
    paint.strong('Sandboxes'),
    ...findings.sandboxes.flatMap((sandbox) =>
      item(sandbox.available ? 'works' : 'fails', sandbox.id, sandboxText(sandbox)),
    ),
    '',
    paint.strong(
      'Keys of model providers in the environment (their names; values are never shown)',
    ),
    ...findings.keys.flatMap(({ provider, variables, present }) =>
      item(
        present.length > 0 ? 'works' : 'absent',
        provider,
        present.length > 0 ? present.join(', ') : `not set: ${variables.join(' or ')}`,
      ),
    ),
    '',
    paint.strong('Storage'),
    ...item(
      findings.runs.writable ? 'works' : 'fails',
      'runs',
      findings.runs.writable
        ? `folder ${escapeLine(findings.runs.folder)} can be written`
        : (findings.runs.reason ?? ''),
    ),
  ]
  return lines.join('\n')
}

function sandboxText({ available, reason, fix, capabilities, details }: Availability): string {
  const lacks = Object.entries(capabilities)
    .filter(([, has]) => !has)
    .map(([name]) => name)
  const limits = lacks.length === 0 ? '' : `; cannot represent: ${lacks.join(', ')}`
  const found = Object.entries(details).map(([name, value]) => `${name}: ${escapeLine(value)}`)
  const versions = found.length === 0 ? '' : ` (${found.join(', ')})`
  const why = reason === null ? '' : `${available ? '; ' : ': '}${escapeLine(reason)}`
  const mend = fix === null ? '' : `. To mend it: ${escapeLine(fix)}`
  return `${available ? 'works' : 'does not run here'}${available ? versions + limits : ''}${why}${mend}`
}
