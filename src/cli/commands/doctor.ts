import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Command as CommanderCommand } from 'commander'
import { z } from 'zod'
import { PROVIDERS } from '../../agents/model/providers.ts'
import { jsonText } from '../../reports/json-text.ts'
import { createPaint } from '../../reports/paint.ts'
import { sandboxes } from '../../sandboxes/catalog.ts'
import { defineCommand } from '../command.ts'
import { type CommandContext, usesColour, widthOf } from '../command-context.ts'
import { examineSandboxes } from '../doctor/examine-sandboxes.ts'
import type { Findings } from '../doctor/findings.ts'
import { findingsText } from '../doctor/findings-text.ts'
import { EXIT } from '../exit-code.ts'
import { RUNS_FOLDER } from '../run/run-name.ts'
import { PREFERENCE } from '../study/choose-sandbox.ts'

const Options = z.object({ runs: z.string(), json: z.boolean().optional() })

/** Tries what a run needs on this machine. Ends with 1 where no sandbox runs at all, since then no run can. */
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
    return findings.defaultSandbox === null ? EXIT.failed : EXIT.done
  },
})

async function examine(context: CommandContext, folder: string): Promise<Findings> {
  const { clock, environment, stderr, version } = context
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
