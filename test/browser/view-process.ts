import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const COMMAND = fileURLToPath(new URL('../../bin/offswitch.js', import.meta.url))

/** `offswitch view` as a reader starts it. Disposing of it ends it as Ctrl-C does. */
export interface ViewProcess extends AsyncDisposable {
  /** With the token. */
  readonly link: string
  readonly origin: string
  /** What it has said besides the link. */
  readonly said: () => string
}

export async function startView(
  folder: string,
  args: readonly string[] = [],
): Promise<ViewProcess> {
  const child = spawn(process.execPath, [COMMAND, 'view', folder, '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, OPENAI_API_KEY: 'none-is-asked-for' },
  })
  let printed = ''
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ended = once(child, 'exit')
  while (!/http:\/\/\S+/.test(printed)) {
    const [code] = await Promise.race([once(child.stdout, 'data').then(() => [null]), ended])
    if (code !== null) throw new Error(`offswitch view ended with ${code}: ${said}`)
  }
  const [link = ''] = /http:\/\/\S+/.exec(printed) ?? []
  return {
    link,
    origin: new URL(link).origin,
    said: () => said,
    async [Symbol.asyncDispose]() {
      child.kill('SIGINT')
      await ended
    },
  }
}
