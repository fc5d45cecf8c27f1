import type { FileTree } from '../files/file-tree.ts'
import type { Credentials } from '../files/inode.ts'
import { SystemError } from '../files/system-error.ts'
import { bytesToText, textToBytes } from '../files/text.ts'
import type { Machine } from '../machine/machine.ts'
import { readAll } from '../machine/open-file.ts'
import type { Process } from '../machine/process.ts'

/** A program of the simulated machine. What stands in `/usr/bin` under its name is a file that leads here. */
export interface Program {
  readonly name: string
  /** Returns the exit code. A `SystemError` or `Complaint` that it throws is printed after its name. */
  run(run: Run): number | Promise<number>
}

/** What a program says when it gives up. */
export class Complaint extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** One execution of a program. */
export class Run {
  readonly process: Process
  /** The name the program was called by, without directories. */
  readonly name: string
  readonly args: readonly string[]
  readonly environment: ReadonlyMap<string, string>

  constructor(process: Process, argv: readonly string[], environment: ReadonlyMap<string, string>) {
    this.process = process
    this.name = (argv[0] ?? '').replace(/^.*\//, '')
    this.args = argv.slice(1)
    this.environment = environment
  }

  get machine(): Machine {
    return this.process.machine
  }

  get tree(): FileTree {
    return this.process.tree
  }

  get who(): Credentials {
    return this.process.who
  }

  resolve(path: string): string {
    return this.process.resolve(path)
  }

  out(text: string): void | Promise<void> {
    return this.outBytes(textToBytes(text))
  }

  outBytes(bytes: string): void | Promise<void> {
    if (bytes === '') return undefined
    try {
      return this.process.file(1).write(this.process, bytes)
    } catch (error) {
      throw writeError(error)
    }
  }

  err(text: string): void | Promise<void> {
    if (text === '') return undefined
    return this.process.files.get(2)?.write(this.process, textToBytes(text))
  }

  complain(message: string): void | Promise<void> {
    return this.err(`${this.name}: ${message}\n`)
  }

  /** Bytes of a file, or of standard input where the name is `-`. */
  async read(path: string): Promise<string> {
    if (path === '-') return readAll(this.process.file(0), this.process)
    const absolute = this.resolve(path)
    const descriptor = this.process.descriptor(absolute)
    return descriptor ?? this.tree.read(absolute, this.who)
  }

  async readText(path: string): Promise<string> {
    return bytesToText(await this.read(path))
  }
}

/** Runs a program to its exit code. */
export async function runProgram(program: Program, run: Run): Promise<number> {
  try {
    return await program.run(run)
  } catch (error) {
    if (error instanceof Complaint) {
      await run.complain(error.message)
      return error.exitCode
    }
    if (error instanceof SystemError) {
      await run.complain(error.path === '' ? error.text : `${error.path}: ${error.text}`)
      return 1
    }
    throw error
  }
}

/** Why a system call failed, for a message. Anything else is thrown on. */
export function reason(error: unknown): string {
  if (error instanceof SystemError) return error.text
  throw error
}

function writeError(error: unknown): unknown {
  return error instanceof SystemError ? new Complaint(`write error: ${error.text}`) : error
}
