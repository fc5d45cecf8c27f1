import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Command as CommanderCommand } from 'commander'
import { z } from 'zod'
import type { Provider } from '../../agents/model/provider.ts'
import { PROVIDERS } from '../../agents/model/providers.ts'
import { readSetting } from '../../agents/model/read-key.ts'
import { createPaint } from '../../reports/create-paint.ts'
import { jsonText } from '../../reports/json-text.ts'
import { sandboxes } from '../../sandboxes/catalog.ts'
import { unknownChoice } from '../../support/choices.ts'
import { defineCommand } from '../command.ts'
import { type CommandContext, usesColour, widthOf } from '../command-context.ts'
import { checkKeys } from '../doctor/check-keys.ts'
import { examineSandboxes } from '../doctor/examine-sandboxes.ts'
import type { Findings } from '../doctor/findings.ts'
import { findingsText } from '../doctor/findings-text.ts'
import { EXIT } from '../exit-code.ts'
import { names } from '../option-parsers.ts'
import { RUNS_FOLDER } from '../run/run-name.ts'
import { PREFERENCE } from '../study/choose-sandbox.ts'

const Options = z.object({
  runs: z.string(),
  json: z.boolean().optional(),
  checkKeys: z.union([z.literal(true), z.array(z.string())]).optional(),
})

/** Whoever waits longer has a network that a run would not get far with either. */
const KEY_CHECK_MS = 15_000

/** Tries what a run needs on this machine. Ends with 1 where no sandbox runs at all, since then no run can. */
export const doctor = defineCommand({
  name: 'doctor',
  summary: 'say what works on this machine, and what would mend what does not',
  example: `doctor
    doctor --check-keys openai,anthropic
    doctor --json`,
  declare: (command: CommanderCommand) => {
    command
      .option(
        '--check-keys [providers]',
        'try keys of these providers, or of all that have one, with one request each that costs nothing',
        names('--check-keys'),
      )
      .option('--runs <dir>', 'folder for runs', RUNS_FOLDER)
      .option('--json', 'print JSON')
  },
  run: async ({ options }, context) => {
    const { runs, json, checkKeys: wanted } = Options.parse(options)
    const chosen = wanted === undefined ? null : await chosenProviders(wanted, context)
    const findings = context.redact(await examine(context, runs, chosen))
    const paint = createPaint(usesColour(context.stdout, context.environment))
    const text =
      json === true
        ? jsonText(findings)
        : findingsText(findings, { paint, width: widthOf(context.stdout) })
    context.stdout.write(`${text}\n`)
    return findings.defaultSandbox === null ? EXIT.failed : EXIT.done
  },
})

/** Those named, or all that a key or an address has been set for. */
async function chosenProviders(
  wanted: true | readonly string[],
  context: CommandContext,
): Promise<Provider[]> {
  const environment = await context.keys()
  if (wanted === true) {
    return PROVIDERS.filter(({ keyVariables, baseUrlVariable, keyNeeded }) => {
      const telling = keyNeeded ? keyVariables : [...keyVariables, baseUrlVariable]
      return readSetting(telling, environment) !== null
    })
  }
  const known = PROVIDERS.map(({ id }) => id)
  return [...new Set(wanted)].map((name) => {
    const provider = PROVIDERS.find(({ id }) => id === name)
    if (provider === undefined) throw unknownChoice('model provider', name, known)
    return provider
  })
}

async function examine(
  context: CommandContext,
  folder: string,
  toCheck: readonly Provider[] | null,
): Promise<Findings> {
  const { clock, stderr, version } = context
  const environment = await context.keys()
  const found = await examineSandboxes(sandboxes, {
    clock,
    signal: new AbortController().signal,
    say: (line) => stderr.write(`${line}\n`),
  })
  const running = new Set(found.filter(({ available }) => available).map(({ id }) => id))
  return {
    offswitch: version,
    node: process.versions.node,
    sandboxes: found,
    defaultSandbox: PREFERENCE.find((id) => running.has(id)) ?? null,
    keys: PROVIDERS.map(({ id, keyVariables }) => ({
      provider: id,
      variables: keyVariables,
      present: keyVariables.filter((name) => (environment[name] ?? '') !== ''),
    })),
    keyChecks:
      toCheck === null ? null : await checkKeys(toCheck, environment, { timeoutMs: KEY_CHECK_MS }),
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
