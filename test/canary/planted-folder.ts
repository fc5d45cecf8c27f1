import { mkdirSync, mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommandLine } from '../../src/cli/run-command-line.ts'
import { capturedContext } from '../cli/captured-context.ts'

/** A folder in which command lines run, half of the keys in the environment and half in `.env`; all that they print is kept in it. */
export function plantedFolder(
  keys: Readonly<Record<string, string>>,
  addresses: Readonly<Record<string, string>>,
) {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'canary-'))
  const written = join(folder.path, 'written')
  mkdirSync(written)
  const envFile = join(folder.path, '.env')
  const entries = Object.entries(keys)
  const inFile = entries.filter((_, index) => index % 2 === 1)
  const inEnvironment = entries.filter((_, index) => index % 2 === 0)
  // With the address that belongs to each: one from the file is not taken for a key that is not from there.
  writeFileSync(envFile, inFile.map(([name, value]) => `${name}='${value}'\n`).join(''), {
    mode: 0o600,
  })
  const environment = { ...Object.fromEntries(inEnvironment), ...addresses }
  let number = 0
  return {
    path: folder.path,
    /** What was written and printed, and nothing that was planted. */
    written,
    environment,
    runs: join(written, 'runs'),
    /** Runs one command line, and keeps what it has printed with the rest. */
    type: async (argv: readonly string[]) => {
      const context = capturedContext({ environment, envFile, columns: 100 })
      const code = await runCommandLine(argv, context)
      const { stdout, stderr } = context.printed
      writeFileSync(join(written, `${++number}.stdout`), stdout)
      writeFileSync(join(written, `${number}.stderr`), stderr)
      return { code, stdout, stderr }
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}
