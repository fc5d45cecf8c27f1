import { SystemError } from '../files/system-error.ts'
import { textToBytes } from '../files/text.ts'
import { type OpenMode, openPath } from '../machine/open.ts'
import { type OpenFile, TextFile } from '../machine/open-file.ts'
import type { Redirection, WordNode } from './language.ts'
import type { Shell } from './shell.ts'
import { isHereDocument, literalText } from './syntax.ts'

/** Descriptors as they were before redirections, to be put back or given up. */
export class SavedFiles {
  readonly #files: Map<number, OpenFile>
  readonly #before = new Map<number, OpenFile | undefined>()

  constructor(files: Map<number, OpenFile>) {
    this.#files = files
  }

  /** Lets a descriptor lead to `file`, which is this table's from now on; null closes it. */
  set(descriptor: number, file: OpenFile | null): void {
    const current = this.#files.get(descriptor)
    if (this.#before.has(descriptor)) current?.release()
    else this.#before.set(descriptor, current)
    if (file === null) this.#files.delete(descriptor)
    else this.#files.set(descriptor, file)
  }

  restore(): void {
    for (const [descriptor, before] of this.#before) {
      this.#files.get(descriptor)?.release()
      if (before === undefined) this.#files.delete(descriptor)
      else this.#files.set(descriptor, before)
    }
    this.#before.clear()
  }

  /** The redirections stay, as those of `exec` do. */
  keep(): void {
    for (const before of this.#before.values()) before?.release()
    this.#before.clear()
  }
}

/** Carries redirections out in the shell's own descriptors. Null when one failed: the message is printed, nothing changed. */
export async function redirect(
  shell: Shell,
  redirections: readonly Redirection[],
): Promise<SavedFiles | null> {
  const saved = new SavedFiles(shell.process.files)
  for (const redirection of redirections) {
    const failure = await apply(shell, saved, redirection)
    if (failure !== null) {
      saved.restore()
      await shell.complain(failure)
      return null
    }
  }
  return saved
}

const MODES: Readonly<Record<string, OpenMode>> = {
  '<': 'read',
  '>': 'write',
  '>|': 'write',
  '>>': 'append',
  '<>': 'both',
  '&>': 'write',
  '&>>': 'append',
}

async function apply(
  shell: Shell,
  saved: SavedFiles,
  redirection: Redirection,
): Promise<string | null> {
  const { operator, target } = redirection
  if (isHereDocument(target)) {
    if (target.terminated === false) {
      const { delimiter } = target
      await shell.complain(
        `warning: here-document at line ${shell.state.currentLine} delimited by end-of-file (wanted \`${delimiter}')`,
      )
    }
    const body = target.stripTabs ? withoutTabs(target.content) : target.content
    const content = target.quoted ? (literalText(body) ?? '') : await shell.expandQuoted(body)
    saved.set(await descriptorFor(shell, redirection, 0), new TextFile(textToBytes(content)))
    return null
  }
  if (operator === '<<<') {
    const content = `${await shell.expandQuoted(target)}\n`
    saved.set(await descriptorFor(shell, redirection, 0), new TextFile(textToBytes(content)))
    return null
  }
  const substitution = await shell.substituteProcess(target)
  if (substitution !== null) {
    const { file } = substitution
    saved.set(await descriptorFor(shell, redirection, operator === '<' ? 0 : 1), file)
    return null
  }
  const word = await targetText(shell, target)
  if (word === null) return `${describe(target)}: ambiguous redirect`
  if (operator === '>&' || operator === '<&') {
    const duplicated = await duplicate(shell, saved, redirection, word)
    if (duplicated !== undefined) return duplicated
  }
  return open(shell, saved, redirection, word)
}

async function open(
  shell: Shell,
  saved: SavedFiles,
  redirection: Redirection,
  path: string,
): Promise<string | null> {
  const { operator } = redirection
  const both = operator === '&>' || operator === '&>>' || operator === '>&'
  const reading = operator === '<' || operator === '<>'
  const exclusive = operator === '>' && shell.ctx.state.options.noclobber
  try {
    const file = openPath(shell.process, path, MODES[operator] ?? 'write', { exclusive })
    saved.set(both ? 1 : await descriptorFor(shell, redirection, reading ? 0 : 1), file)
    if (both) saved.set(2, file.share())
    return null
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    if (exclusive && error.code === 'EEXIST') return `${path}: cannot overwrite existing file`
    return `${path}: ${error.text}`
  }
}

// Undefined where `>&word` names a file instead of a descriptor.
async function duplicate(
  shell: Shell,
  saved: SavedFiles,
  redirection: Redirection,
  word: string,
): Promise<string | null | undefined> {
  const match = /^(\d*)(-?)$/.exec(word)
  if (match === null || word === '') {
    if (redirection.operator === '>&' && redirection.fd === null) return undefined
    return `${word}: ambiguous redirect`
  }
  const [, number = '', closing] = match
  const descriptor = await descriptorFor(shell, redirection, redirection.operator === '<&' ? 0 : 1)
  if (number === '') {
    saved.set(descriptor, null)
    return null
  }
  const file = shell.process.files.get(Number(number))
  if (file === undefined) return `${word}: Bad file descriptor`
  if (Number(number) !== descriptor) saved.set(descriptor, file.share())
  if (closing === '-' && Number(number) !== descriptor) saved.set(Number(number), null)
  return null
}

/** Where bash puts the descriptors that it numbers itself. */
const FIRST_OWN_DESCRIPTOR = 10

async function descriptorFor(
  shell: Shell,
  redirection: Redirection,
  otherwise: number,
): Promise<number> {
  if (redirection.fdVariable === undefined) return redirection.fd ?? otherwise
  const { env } = shell.ctx.state
  const word = isHereDocument(redirection.target) ? null : literalText(redirection.target)
  if (word === '-') return Number(env.get(redirection.fdVariable) ?? otherwise)
  let descriptor = FIRST_OWN_DESCRIPTOR
  while (shell.process.files.has(descriptor)) descriptor++
  env.set(redirection.fdVariable, String(descriptor))
  return descriptor
}

// The tabs at the start of each line of a `<<-` document, in the parts that are plain text.
function withoutTabs(content: WordNode): WordNode {
  const parts = content.parts.map((part, index) =>
    part.type === 'Literal'
      ? { ...part, value: part.value.replace(index === 0 ? /(^|\n)\t+/g : /(\n)\t+/g, '$1') }
      : part,
  )
  return { ...content, parts }
}

async function targetText(shell: Shell, target: WordNode): Promise<string | null> {
  const literal = literalText(target)
  if (literal !== null) return literal
  const words = await shell.expand(target)
  return words.length === 1 ? (words[0] ?? null) : null
}

function describe(target: WordNode): string {
  const part = target.parts[0]
  if (part?.type === 'ParameterExpansion') return `$${part.parameter}`
  return literalText(target) ?? ''
}
