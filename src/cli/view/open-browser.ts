import { spawn } from 'node:child_process'

/** What opens an address on each system, without a shell. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  // `start` is a word of its shell's, in which an address may have another meaning.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}
const ELSEWHERE = ['xdg-open']

/** Opens an address in the user's browser. @returns why it could not, or null */
export function openBrowser(
  address: string,
  opener: readonly string[] = OPENERS[process.platform] ?? ELSEWHERE,
): Promise<string | null> {
  const [program = '', ...args] = opener
  return new Promise((resolve) => {
    const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true })
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code) => resolve(code === 0 ? null : `${program} ended with ${code}`))
    child.unref()
  })
}
