import { realpathSync, statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import type { RunStart } from '../../records/view.ts'
import { sandboxes } from '../../sandboxes/catalog.ts'
import { scenarios } from '../../scenarios/catalog.ts'
import { printable, unknownChoice } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { filesIn } from './run-files.ts'

/** Study files of a folder and of the folders in it, as they are named from there. */
export function studiesIn(folder: string): string[] {
  const names = filesIn(folder).filter((name) => !name.startsWith('.'))
  const folders = names.filter((name) => isFolder(join(folder, name)))
  return [...names, ...folders.flatMap((name) => visibleIn(folder, name))]
    .filter((name) => /\.ya?ml$/.test(name) && isFileWithin(folder, name))
    .toSorted()
}

/** None where it cannot be read: its studies could not be either. */
function visibleIn(folder: string, name: string): string[] {
  try {
    return filesIn(join(folder, name))
      .filter((file) => !file.startsWith('.'))
      .map((file) => `${name}/${file}`)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return []
  }
}

/**
 * What is typed behind the program's name for a run that is started from a page. A page names no file outside the folder that it
 * shows, no module, and nothing that could be taken for a flag.
 *
 * @throws UsageError
 */
export function startCommandLine(start: RunStart, folder: string): string[] {
  const { agents, presets, arms, trials, sandbox, seed, maxCostUsd } = start
  return [
    'run',
    targetOf(start, folder),
    ...agents.map((agent) => `--agent=${agentOf(agent, folder)}`),
    ...presets.map((preset) => `--preset=${plain('preset', preset)}`),
    ...arms.map((arm) => `--arm=${armOf(arm)}`),
    ...(trials === null ? [] : [`--trials=${trials}`]),
    ...(sandbox === null ? [] : [`--sandbox=${sandboxOf(sandbox)}`]),
    ...(seed === null ? [] : [`--seed=${seed}`]),
    ...(maxCostUsd === null ? [] : [`--max-cost=${decimalText(maxCostUsd)}`]),
    `--runs=${resolve(folder)}`,
    // Whoever reads the page has been shown what it costs.
    '--yes',
  ]
}

function targetOf({ target }: RunStart, folder: string): string {
  const ids = scenarios.map(({ id }) => id)
  if (ids.includes(target)) return target
  const studies = studiesIn(folder)
  if (studies.includes(target)) return resolve(folder, target)
  throw unknownChoice('scenario or study', target, [...ids, ...studies])
}

/** Kinds of agents that name nothing but what this program or a provider knows. */
const KINDS_WITHOUT_FILES = ['control', 'model']

function agentOf(agent: string, folder: string): string {
  const name = plain('agent', agent)
  const kind = name.slice(0, Math.max(0, name.indexOf(':')))
  const rest = name.slice(kind.length + 1)
  if (KINDS_WITHOUT_FILES.includes(kind)) return name
  if (kind === 'script') return `script:${fileIn(folder, rest)}`
  if (kind === 'replay' && /^[\w-]+(#.*)?$/.test(rest)) return name
  const hint = 'Files are those of the folder that is shown; runs are named by their ids.'
  throw new UsageError(
    `Cannot start a run of agent "${printable(agent)}" from here: name it control:NAME, model:PROVIDER/NAME, script:FILE.yaml or replay:RUN`,
    { hint, pageHint: hint },
  )
}

/** As a user would name it on the command line, from where this program was started. */
function fileIn(folder: string, file: string): string {
  if (isFileWithin(folder, file)) return relative('.', resolve(folder, file))
  throw new UsageError(
    `Cannot use file "${printable(file)}" from here: the folder that is shown holds no such file`,
  )
}

function armOf(arm: string): string {
  const text = oneLine('arm', arm)
  if (/^[^=,]+=[^=]+$/.test(text)) return text
  throw new UsageError(`Cannot use arm "${printable(arm)}": it is written FACTOR=LEVEL,LEVEL`)
}

function sandboxOf(sandbox: string): string {
  const ids = sandboxes.map(({ id }) => id)
  if (ids.includes(sandbox)) return sandbox
  throw unknownChoice('sandbox', sandbox, ids)
}

/** One name: a comma would make several of it. */
function plain(what: string, value: string): string {
  if (!value.includes(',')) return oneLine(what, value)
  throw new UsageError(`Cannot use ${what} "${printable(value)}": it may hold no comma`)
}

function oneLine(what: string, value: string): string {
  const text = value.trim()
  if (text !== '' && !text.startsWith('-') && !/\p{Cc}/u.test(text)) return text
  throw new UsageError(`Cannot use ${what} "${printable(value)}": it is no name`)
}

/** Without an exponent, which the command line does not read. */
function decimalText(value: number): string {
  return value.toFixed(6).replace(/\.?0+$/, '')
}

/** Also where links lead. */
function isFileWithin(folder: string, file: string): boolean {
  const [root, real] = [realPath(folder), realPath(resolve(folder, file))]
  return root !== null && real?.startsWith(`${root}${sep}`) === true && statSync(real).isFile()
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null // It is not there, or not for us to see.
  }
}
