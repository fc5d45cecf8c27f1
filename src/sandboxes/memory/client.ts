import { readFileSync } from 'node:fs'

/** Where the client believes its line to the harness to be. Nothing stands there: the machine answers in its place. */
const LINE = '/run/line/s'

let template: string | undefined

/**
 * What stands at a served program's path: the client that a real machine has, so that the worlds look alike. The machine
 * knows it by its text and runs it by itself; a text that was changed is a perl script, which it cannot run.
 */
export function clientText(program: string): string {
  template ??= readFileSync(new URL('../../../assets/world/client', import.meta.url), 'utf8')
    // Comments are for our readers, not for the agent.
    .replace(/^#(?!!).*\n/gm, '')
  return template.replace('@PROGRAM@', program).replace('@SOCKET@', LINE)
}
