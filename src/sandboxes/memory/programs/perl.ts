import { SystemError } from '../files/system-error.ts'
import type { Program, Run } from './program.ts'

export const PERL_PROGRAMS: readonly Program[] = [{ name: 'perl', run: perl }]

/** `perl` runs one script here: the client of a served program. Of every other it says that it cannot. */
async function perl(run: Run): Promise<number> {
  const at = run.args.findIndex((arg) => !arg.startsWith('-'))
  const script = run.args[at]
  if (script !== undefined) {
    try {
      const program = run.machine.options.clients.get(await run.read(script))
      if (program !== undefined) {
        const args = run.args.slice(at + 1)
        const { environment } = run
        return await run.machine.options.onCall(run.process, { program, args, environment })
      }
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
    }
  }
  run.machine.unsupported.add('perl')
  await run.err('perl: cannot run here\n')
  return 127
}
