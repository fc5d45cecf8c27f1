import { SystemError } from '../files/system-error.ts'
import { textToBytes } from '../files/text.ts'
import { CaptureFile, type OpenFile } from '../machine/open-file.ts'
import type { Process } from '../machine/process.ts'
import { noteUnsupportedProgram } from '../machine/unsupported.ts'
import { execute, findProgram, programFailure } from './execute.ts'
import { Complaint } from './program.ts'

/** How a program that runs others words that one could not be run. */
export type FailureWording = (name: string, reason: string) => string

/**
 * Makes this process another program, as `execvp` does.
 * @throws Complaint worded by `wording`, with exit code 127 or 126.
 */
export async function become(
  process: Process,
  argv: readonly string[],
  environment: ReadonlyMap<string, string>,
  wording: FailureWording,
): Promise<number> {
  const [name = ''] = argv
  try {
    const path = name.includes('/')
      ? name
      : findProgram(process, name, environment.get('PATH') ?? '/usr/bin:/bin')
    return await execute(process, path, argv, environment)
  } catch (error) {
    const failure = programFailure(error, name, 'bash')
    if (failure === null) throw error
    if (failure.exitCode === 127) noteUnsupportedProgram(process.machine.unsupported, name)
    const text = error instanceof SystemError ? error.text : 'No such file or directory'
    throw new Complaint(wording(name, text), failure.exitCode)
  }
}

/** Starts another program as a child. What it could not be run for is printed after `name`. */
export function start(
  parent: Process,
  name: string,
  argv: readonly string[],
  environment: ReadonlyMap<string, string>,
  wording: FailureWording,
  files: ReadonlyMap<number, OpenFile> = new Map(),
): Process {
  const child = parent.machine.fork({
    parent,
    argv,
    environment: () => environment,
    files: new Map([...parent.files, ...files]),
  })
  parent.machine.start(child, async () => {
    try {
      return await become(child, argv, environment, wording)
    } catch (error) {
      if (!(error instanceof Complaint)) throw error
      await child.files.get(2)?.write(child, textToBytes(`${name}: ${error.message}\n`))
      return error.exitCode
    }
  })
  return child
}

/** Runs another program as a child and collects what it prints. */
export async function capture(
  parent: Process,
  name: string,
  argv: readonly string[],
  environment: ReadonlyMap<string, string>,
  wording: FailureWording,
  stdin: OpenFile | null,
): Promise<{ stdout: string; stderr: string; exitCode: number }> {
  const parts: { stdout: string[]; stderr: string[] } = { stdout: [], stderr: [] }
  const stdout = new CaptureFile((bytes) => parts.stdout.push(bytes))
  const stderr = new CaptureFile((bytes) => parts.stderr.push(bytes))
  const files = new Map<number, OpenFile>([
    [1, stdout],
    [2, stderr],
  ])
  if (stdin !== null) files.set(0, stdin)
  const child = start(parent, name, argv, environment, wording, files)
  stdin?.release()
  stdout.release()
  stderr.release()
  const exitCode = await parent.waitFor(child)
  return { stdout: parts.stdout.join(''), stderr: parts.stderr.join(''), exitCode }
}
