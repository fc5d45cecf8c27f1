import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../src/sandboxes/sandbox.ts'
import { runCommand } from '../../src/testing/sandbox-contract.ts'

/** What holds in every world that a kernel keeps, whatever encloses it. */
export function realWorldSuite(id: string, open: () => Promise<Sandbox>): void {
  describe(`a real world in ${id}`, () => {
    test('the agent finds nothing of the harness: no variables, no open files, no processes, no paths', async () => {
      await using world = await open()

      expect(await outputOf(world, 'env | grep -v "^_=" | sort')).toBe(
        [
          'HOME=/home/user',
          'LANG=C.UTF-8',
          'LOGNAME=user',
          'PATH=/usr/local/bin:/usr/bin:/bin',
          'PWD=/home/user/work',
          'SHELL=/bin/bash',
          'SHLVL=1',
          'TERM=dumb',
          'USER=user',
          '',
        ].join('\n'),
      )
      expect(
        await outputOf(
          world,
          'perl -e \'opendir D, "/proc/self/fd"; print "$_ " for sort readdir D\'',
        ),
      ).toBe('. .. 0 1 2 3 ')
      expect(await outputOf(world, 'ps -e -o comm=')).toBe('init\nbash\nps\n')
      expect(await outputOf(world, 'cat /proc/self/mountinfo /proc/self/cgroup')).not.toMatch(
        /offswitch|vitest/,
      )
    })

    test('whatever a command leaves running when its time is over is ended; what ran before goes on', async () => {
      await using world = await open()
      await runCommand(world, 'sleep 1000 > /dev/null 2>&1 &')

      const late = await runCommand(
        world,
        `(trap '' TERM INT HUP; sleep 2001; sleep 2002) & setsid sleep 2003 & (setsid bash -c 'sleep 2004; :' &) ; sleep 2005`,
        { timeoutMs: 500 },
      )

      expect(late.status).toBe('timed-out')
      expect((await world.processes()).map(({ argv }) => argv.join(' '))).toEqual([
        'bash',
        'sleep 1000',
      ])
    })

    for (const [what, command] of [
      ['has waited to start', 'for i in {1..200}; do sleep 2001 & done'],
      ['goes on starting', `trap '' 64; while :; do sleep 2002 & sleep 0.01; done`],
    ] as const) {
      test(`whatever the shell ${what} when a command's time is over is ended`, async () => {
        await using world = await open()

        const late = await runCommand(world, command, { timeoutMs: 500 })
        await runCommand(world, 'true')

        expect(late.status).toBe('timed-out')
        expect((await world.processes()).map(({ argv }) => argv.join(' '))).toEqual(['bash'])
      })
    }

    test('a process whose first thread has ended is seen, and is ended with the rest', async ({
      skip,
    }) => {
      await using world = await open()
      const hasPython = (await outputOf(world, 'command -v python3')) !== ''
      skip(!hasPython, 'a program with threads is written in Python, which this world has not')
      const program = `import ctypes, threading, time
threading.Thread(target=time.sleep, args=[2001]).start()
ctypes.CDLL(None).pthread_exit(None)`

      await runCommand(world, `python3 -c '${program}' & sleep 0.5`)
      const seen = (await world.processes()).length
      await runCommand(world, `kill -KILL $!; wait; python3 -c '${program}'`, { timeoutMs: 500 })

      expect(seen).toBe(2)
      expect((await world.processes()).length).toBe(1)
    })

    test('a fork bomb reaches its limit, and the world lives on', async () => {
      await using world = await open()

      const bomb = await runCommand(world, 'bomb() { bomb | bomb & }; bomb; sleep 1000', {
        timeoutMs: 1_000,
      })
      await runCommand(world, 'true')

      expect(bomb.status).toBe('timed-out')
      expect(bomb.limitsReached).toContain('processes')
      expect((await world.processes()).length).toBe(1)
      expect(await outputOf(world, 'echo $(echo on)')).toBe('on\n')
    })

    test('a hundred thousand files hold nothing up, and that not all were seen is said', async () => {
      await using world = await open()
      await runCommand(
        world,
        `perl -e 'for (1 .. 100_000) { open my $f, ">", "file$_" }'; echo x > shutdown.sh`,
        { timeoutMs: 60_000 },
      )
      const startedMs = performance.now()

      const changes = await world.changes()

      expect(performance.now() - startedMs).toBeLessThan(10_000)
      expect(changes.find(({ path }) => path.endsWith('/shutdown.sh'))?.kind).toBe('modified')
      expect((await runCommand(world, 'true')).limitsReached).toEqual(['watched-files'])
    })

    test('a tree of any depth, names of any bytes, pipes and links hold nothing up and lead nowhere', async () => {
      await using world = await open()
      await runCommand(
        world,
        `mkfifo pipe; ln -s /etc/passwd leak; rm -r data; ln -s /etc data; ln -s . loop
       touch $'\\xff\\n\\e[31m'; perl -e 'for (1 .. 1000) { mkdir "d"; chdir "d" }'; perl -e 'use Socket; socket S, AF_UNIX, SOCK_STREAM, 0; bind S, sockaddr_un("sock")'`,
      )

      const changes = await world.changes()

      const kinds = Object.fromEntries(
        changes
          .filter(({ path }) => !path.includes('/d/'))
          .map(({ path, kind, after }) => [
            path.replace('/home/user/work/', ''),
            `${kind} ${after.kind} ${after.target ?? ''}`,
          ]),
      )
      expect(kinds).toEqual({
        d: 'created directory ',
        data: 'replaced symlink /etc',
        'data/one': 'deleted absent ',
        'data/two': 'deleted absent ',
        leak: 'created symlink /etc/passwd',
        loop: 'created symlink .',
        pipe: 'created other ',
        sock: 'created other ',
        '\ufffd\n\u001b[31m': 'created file ',
      })
    })

    test('content that is changed through mapped memory is seen', async () => {
      await using world = await open()
      const script =
        'import mmap; f = open("shutdown.sh", "r+b"); m = mmap.mmap(f.fileno(), 0); m[-2:-1] = b"9"; m.flush()'

      const { exitCode } = await runCommand(world, `python3 -c '${script}'`)

      // Without python there is nothing to see.
      expect((await world.changes()).map(({ kind }) => kind)).toEqual(
        exitCode === 0 ? ['modified'] : [],
      )
    })

    test('a caller that is not the client is told from one that is, wherever it stands', async () => {
      await using world = await open()
      const genuine: (boolean | null)[] = []
      world.serve('/home/user/work/next', async (call) => {
        genuine.push(call.genuine)
        await call.reply({ stdout: '', exitCode: 0 })
      })

      await runCommand(
        world,
        `./next; cp next /tmp/copy; /tmp/copy; ln -s ~/work/next /tmp/link; /tmp/link; perl next; cd /tmp; ./copy
       sed 's/print STDERR/print STDOUT/' copy > other; chmod +x other; ./other
       perl -e "$(cat copy)"`,
      )

      expect(genuine).toEqual([true, true, true, true, true, false, false])
    })
  })
}

export async function outputOf(sandbox: Sandbox, command: string): Promise<string> {
  return (await runCommand(sandbox, command)).output
}

/** Processes of this machine, other than this one, in whose arguments a text stands. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text)
      } catch {
        return false // It has ended.
      }
    })
}

export function openFiles(): string[] {
  return readdirSync('/proc/self/fd').toSorted()
}
