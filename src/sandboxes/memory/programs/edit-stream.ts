import { SystemError } from '../files/system-error.ts'
import { adoptedResult, runAdopted } from './adopted.ts'
import { Complaint, type Program, type Run } from './program.ts'

export const EDIT_PROGRAMS: readonly Program[] = [{ name: 'sed', run: sed }]

/**
 * `sed`. just-bash edits files in place by writing to them; the real one writes a new file beside and renames it: it needs
 * the directory's permission and not the file's, and what results is another file with the agent for its owner.
 */
async function sed(run: Run): Promise<number> {
  const inPlace = readInPlace(run.args)
  if (inPlace === null) return runAdopted('sed', run.process, run.args, run.environment)
  let status = 0
  for (const name of inPlace.files) {
    try {
      status = Math.max(status, await editFile(run, inPlace, name))
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      const what =
        error.code === 'ENOENT' || error.code === 'EISDIR' ? "can't read" : "couldn't open file"
      await run.complain(`${what} ${name}: ${error.text}`)
      status = error.code === 'EACCES' ? 4 : 2
    }
  }
  return status
}

interface InPlace {
  readonly suffix: string
  readonly args: readonly string[]
  readonly files: readonly string[]
}

async function editFile(run: Run, inPlace: InPlace, name: string): Promise<number> {
  const { tree, who } = run
  const path = run.resolve(name)
  const inode = tree.at(path, who, false)
  if (inode.isDirectory || inode.kind === 'device') {
    throw new Complaint(`couldn't edit ${name}: not a regular file`, 4)
  }
  // A link is replaced by what it leads to, edited.
  const bytes = tree.read(path, who)
  const { mode } = tree.at(path, who)
  const result = await adoptedResult(
    'sed',
    run.process,
    inPlace.args,
    run.environment,
    undefined,
    bytes,
  )
  await run.err(result.stderr)
  if (result.exitCode !== 0 && result.stdout === '' && result.stderr !== '') return result.exitCode
  const { parent } = tree.locate(path, who, false)
  const directory = tree.pathOf(parent) ?? '/'
  const temporary = `${directory === '/' ? '' : directory}/sed${String(run.process.pid).padStart(6, 'A')}`
  try {
    tree.write(temporary, result.stdout, who, 0o600)
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    throw new Complaint(
      `couldn't open temporary file ${shownTemporary(name, temporary)}: ${error.text}`,
      4,
    )
  }
  tree.chmod(temporary, mode, who)
  if (inPlace.suffix !== '') {
    const backup = inPlace.suffix.includes('*')
      ? inPlace.suffix.replaceAll('*', name)
      : `${path}${inPlace.suffix}`
    tree.rename(path, run.resolve(backup), who)
  }
  tree.rename(temporary, path, who)
  return result.exitCode
}

function shownTemporary(name: string, temporary: string): string {
  const directory = name.includes('/') ? name.replace(/\/[^/]*$/, '') : '.'
  return `${directory}/${temporary.replace(/^.*\//, '')}`
}

function readInPlace(args: readonly string[]): InPlace | null {
  const rest: string[] = []
  const operands: string[] = []
  let suffix: string | null = null
  let hasScript = false
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? ''
    const short = /^-([nErsuz]*)i(.*)$/s.exec(arg)
    if (arg === '--') {
      operands.push(...args.slice(index + 1))
      break
    } else if (short !== null && !arg.startsWith('--')) {
      suffix = short[2] ?? ''
      if (short[1] !== '') rest.push(`-${short[1]}`)
    } else if (/^--in-place/.test(arg)) {
      suffix = arg.split('=')[1] ?? ''
    } else if (arg === '-e' || arg === '-f' || arg === '--expression' || arg === '--file') {
      hasScript = true
      rest.push(arg, args[++index] ?? '')
    } else if (arg.startsWith('-') && arg !== '-') {
      hasScript ||= /^-[nErsuz]*[ef]|^--(expression|file)=/.test(arg)
      rest.push(arg)
    } else {
      operands.push(arg)
    }
  }
  if (suffix === null) return null
  const script = hasScript ? [] : operands.splice(0, 1)
  return { suffix, args: [...rest, ...script], files: operands }
}
