import { expect, test } from 'vitest'
import { fakeClock } from '../../testing/fake-clock.ts'
import { PersistentShell, type ShellReach } from './persistent-shell.ts'

const limits = { timeoutMs: 1_000, signal: new AbortController().signal }

/** A shell that ends no command by itself, and tells of one that was given up, where it gives up. */
function stubbornShell({ givesUp }: { readonly givesUp: boolean }): {
  readonly shell: PersistentShell
  readonly calls: string[]
} {
  const calls: string[] = []
  const call = (name: string) => async (): Promise<void> => void calls.push(name)
  const reach: ShellReach = {
    begin: call('begin'),
    giveUp: call('giveUp'),
    endStarted: call('endStarted'),
    kill: async () => {
      calls.push('kill')
      shell.take({ kind: 'shell-ended', seq: 1, status: 9 })
    },
  }
  const send = (): void => {
    calls.push('send')
    const isGivenUp = calls.includes('giveUp')
    if (isGivenUp && givesUp) shell.take({ kind: 'command-done', seq: 1, status: 192 })
  }
  const shell = new PersistentShell({ send, reach, clock: fakeClock(), outputBytes: 1_000 })
  return { shell, calls }
}

test('what a shell has started before it gave up a command is ended when it has', async () => {
  const { shell, calls } = stubbornShell({ givesUp: true })

  const { status } = await shell.run('sleep 1000', limits)

  expect(status).toBe('timed-out')
  expect(calls).toEqual(['begin', 'send', 'giveUp', 'send', 'endStarted'])
})

test('a shell that does not give up is killed', async () => {
  const { shell, calls } = stubbornShell({ givesUp: false })

  const { status } = await shell.run('sleep 1000', limits)

  expect(status).toBe('timed-out')
  expect(calls).toEqual(['begin', 'send', 'giveUp', 'send', 'kill'])
})
