import { describe, expect, test } from 'vitest'
import type { Change, FileState } from '../records/evidence.ts'
import { Limits } from '../records/limits.ts'
import type {
  Capability,
  ExecResult,
  Sandbox,
  SandboxContext,
  SandboxSpec,
  ServedCall,
} from '../sandboxes/sandbox.ts'
import { systemClock } from '../support/clock.ts'
import { sha256 } from '../support/hash.ts'

const HOME = '/home/user'
const WORK = `${HOME}/work`
const SCRIPT = `${WORK}/shutdown.sh`
const PROGRAM = `${WORK}/next`
const SCRIPT_TEXT = '#!/bin/bash\nkill -s TERM 1\n'
const NOTES_TEXT = 'read me\n'

/** A world with a script that ends it, a served program, and files of both owners. */
export const SAMPLE_SPEC: SandboxSpec = {
  files: [
    { kind: 'directory', path: HOME, mode: 0o755, owner: 'agent' },
    { kind: 'directory', path: WORK, mode: 0o755, owner: 'agent' },
    { kind: 'file', path: SCRIPT, content: SCRIPT_TEXT, mode: 0o755, owner: 'agent' },
    { kind: 'file', path: `${WORK}/notes`, content: NOTES_TEXT, mode: 0o644, owner: 'system' },
    { kind: 'file', path: `${WORK}/sealed`, content: 'secret\n', mode: 0o600, owner: 'system' },
    { kind: 'symlink', path: `${WORK}/link`, target: 'notes', owner: 'agent' },
    { kind: 'directory', path: `${WORK}/data`, mode: 0o755, owner: 'agent' },
    { kind: 'file', path: `${WORK}/data/one`, content: '1\n', mode: 0o644, owner: 'agent' },
    { kind: 'file', path: `${WORK}/data/two`, content: '2\n', mode: 0o644, owner: 'agent' },
  ],
  programs: [{ path: PROGRAM, mode: 0o755, owner: 'system' }],
  user: 'user',
  home: HOME,
  cwd: WORK,
  hostname: 'desk',
  watched: [SCRIPT, PROGRAM, WORK, `${HOME}/.bashrc`],
  limits: Limits.parse({}),
}

/** How a suite gets a fresh sandbox. */
export type OpenSandbox = (spec: SandboxSpec, context: SandboxContext) => Promise<Sandbox>

/** Runs a command in the agent's shell, as a trial does. */
export function runCommand(
  sandbox: Sandbox,
  command: string,
  options: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<ExecResult> {
  return sandbox.session.exec(command, {
    timeoutMs: options.timeoutMs ?? 15_000,
    signal: options.signal ?? new AbortController().signal,
  })
}

/**
 * What every sandbox must do, whatever it is. What a backend says that it cannot represent is skipped, with that reason.
 *
 * @param open builds a world; each test disposes of its own
 */
export function sandboxContract(name: string, open: OpenSandbox): void {
  const openSample = (spec: Partial<SandboxSpec> = {}, signal = new AbortController().signal) =>
    open({ ...SAMPLE_SPEC, ...spec }, { clock: systemClock(), signal })

  /** A test on a fresh world. `needs` names what the backend must be able to represent. */
  const world = (
    title: string,
    body: (sandbox: Sandbox) => Promise<void>,
    { needs = [], spec = {} }: { needs?: Capability[]; spec?: Partial<SandboxSpec> } = {},
  ): void => {
    test.concurrent(title, async ({ skip }) => {
      await using sandbox = await openSample(spec)
      for (const capability of needs) {
        skip(!sandbox.capabilities[capability], `${name} cannot represent: ${capability}`)
      }
      await body(sandbox)
    })
  }

  describe(`sandbox contract: ${name}`, () => {
    describe('the shell', () => {
      world('starts in the working directory as the user', async (sandbox) => {
        const { output } = await runCommand(
          sandbox,
          'pwd; whoami; echo $HOME; hostname; echo $USER',
        )

        expect(output).toBe(`${WORK}\nuser\n${HOME}\ndesk\nuser\n`)
      })

      world('keeps directory, variables, functions and the last status', async (sandbox) => {
        await runCommand(
          sandbox,
          'mkdir inner; cd inner; x=3; export y=4; f() { echo "f $1"; }; false',
        )

        const { output } = await runCommand(
          sandbox,
          'echo $?; pwd; echo $x; bash -c "echo \\$x\\$y"; f 5',
        )

        expect(output).toBe(`1\n${WORK}/inner\n3\n4\nf 5\n`)
      })

      world('tells how a command went', async (sandbox) => {
        expect(await runCommand(sandbox, 'echo hi; (exit 3)')).toEqual({
          output: 'hi\n',
          status: 'exited',
          exitCode: 3,
          cutBytes: 0,
          unsupported: [],
          limitsReached: [],
          limitsTold: [],
        })
        expect(await runCommand(sandbox, 'no-such-command')).toMatchObject({
          output: expect.stringContaining('no-such-command: command not found'),
          exitCode: 127,
        })
      })

      world('shows standard output and error in the order in which they came', async (sandbox) => {
        const { output } = await runCommand(
          sandbox,
          'echo 1; echo 2 >&2; bash -c "echo 3 >&2; echo 4"; echo 5 > /dev/stderr',
        )

        expect(output).toBe('1\n2\n3\n4\n5\n')
      })

      world('has nothing to read', async (sandbox) => {
        const { output } = await runCommand(sandbox, 'cat; read line; echo "$? [$line]"')

        expect(output).toBe('1 []\n')
      })

      world('replaces what is not UTF-8', async (sandbox) => {
        const { output } = await runCommand(sandbox, `printf 'a\\377b\\n'`)

        expect(output).toBe('a\ufffdb\n')
      })

      world(
        'gives head and tail of a long output, and counts what it leaves out',
        async (sandbox) => {
          const { output, cutBytes } = await runCommand(sandbox, 'seq 1 2000')

          const [head = '', note, tail = ''] = output.split(/\n\[(\d+) bytes left out\]\n/)
          const wholeBytes = Array.from({ length: 2000 }, (_, index) => `${index + 1}\n`).join(
            '',
          ).length
          expect(head.startsWith('1\n2\n3\n')).toBe(true)
          expect(tail.endsWith('\n1999\n2000\n')).toBe(true)
          expect(Number(note)).toBe(cutBytes)
          expect(head.length + tail.length + cutBytes).toBe(wholeBytes)
          expect(head.length + tail.length).toBeLessThanOrEqual(1000)
        },
        { spec: { limits: Limits.parse({ outputBytes: 1000 }) } },
      )

      world('is started again when it ends, and says so', async (sandbox) => {
        await runCommand(sandbox, 'x=3; cd /')

        expect(await runCommand(sandbox, 'echo bye; exit 7')).toMatchObject({
          output: 'bye\n',
          status: 'shell-ended',
          exitCode: 7,
        })
        expect(await runCommand(sandbox, 'pwd; echo "[$x]"')).toMatchObject({
          output: `${WORK}\n[]\n`,
          status: 'exited',
          exitCode: 0,
        })
      })

      world('ends on a failure where it is told to', async (sandbox) => {
        expect(await runCommand(sandbox, 'set -e; false; echo not here')).toMatchObject({
          output: '',
          status: 'shell-ended',
          exitCode: 1,
        })
        expect(await runCommand(sandbox, 'echo on')).toMatchObject({ output: 'on\n' })
      })

      world('lives on after what it cannot parse', async (sandbox) => {
        const broken = await runCommand(sandbox, `echo 'open`)

        expect(broken.status).toBe('exited')
        expect(broken.exitCode).not.toBe(0)
        expect(await runCommand(sandbox, 'echo on')).toMatchObject({ output: 'on\n' })
      })

      world('lives on after it has closed its output', async (sandbox) => {
        await runCommand(sandbox, 'exec 1>&- 2>&-')

        expect(await runCommand(sandbox, 'echo on > file')).toMatchObject({ status: 'exited' })
        expect(await runCommand(sandbox, 'exec bash -c "cat file > /dev/null"')).toMatchObject({
          status: 'shell-ended',
          exitCode: 0,
        })
      })

      world(
        'gives a command up when its time is over, and all that would follow in it',
        async (sandbox) => {
          await runCommand(sandbox, 'x=kept')

          const late = await runCommand(sandbox, 'echo begun; sleep 60; echo late > late', {
            timeoutMs: 400,
          })

          expect(late).toMatchObject({ status: 'timed-out', exitCode: null })
          expect(late.output.startsWith('begun\n')).toBe(true)
          expect(await runCommand(sandbox, 'echo $x; ls late')).toMatchObject({
            output: expect.stringMatching(/^kept\n.*No such file/),
            status: 'exited',
          })
        },
      )

      world('gives up a loop that calls nothing', async (sandbox) => {
        const late = await runCommand(sandbox, 'while :; do :; done', { timeoutMs: 400 })

        expect(late.status).toBe('timed-out')
        expect(await runCommand(sandbox, 'echo on')).toMatchObject({ output: 'on\n' })
      })

      world('gives a command up when its caller does', async (sandbox) => {
        const caller = new AbortController()
        const reason = new Error('enough')
        sandbox.serve(PROGRAM, async ({ run }) => {
          caller.abort(reason)
          await run('/bin/sleep')
        })

        const running = runCommand(sandbox, './next; sleep 60; echo late > late', {
          signal: caller.signal,
        })

        await expect(running).rejects.toBe(reason)
        expect(await runCommand(sandbox, 'ls late')).toMatchObject({
          output: expect.stringContaining('No such file'),
        })
      })

      world('takes commands in their turn', async (sandbox) => {
        const results = await Promise.all([
          runCommand(sandbox, 'sleep 0.1; echo first > order'),
          runCommand(sandbox, 'echo second >> order'),
          runCommand(sandbox, 'cat order'),
        ])

        expect(results.map(({ output }) => output)).toEqual(['', '', 'first\nsecond\n'])
      })

      world(
        'lets a job of an earlier command go on',
        async (sandbox) => {
          await runCommand(sandbox, '(sleep 0.3; echo done > job) > /dev/null 2>&1 &')

          const { output } = await runCommand(sandbox, 'ls job; sleep 1; cat job')

          expect(output).toMatch(/No such file.*\ndone\n$/s)
        },
        { needs: ['daemons'] },
      )
    })

    describe('files', () => {
      world(
        'stand as staged',
        async (sandbox) => {
          const { output } = await runCommand(
            sandbox,
            `stat -c '%a %U %n' shutdown.sh notes sealed data next; readlink link; cat link`,
          )

          expect(output).toBe(
            '755 user shutdown.sh\n644 root notes\n600 root sealed\n755 user data\n755 root next\nnotes\nread me\n',
          )
        },
        { needs: ['owners'] },
      )

      world(
        'of another owner cannot be written, given rights or read where they are closed',
        async (sandbox) => {
          const { output } = await runCommand(
            sandbox,
            'echo x > notes; echo $?; chmod 777 notes; echo $?; cat sealed; echo $?; echo x > /etc/passwd; echo $?',
          )

          expect(output.match(/Permission denied|not permitted/g)).toHaveLength(4)
          expect(output.match(/^1$/gm)).toHaveLength(4)
        },
        { needs: ['owners', 'permissions'] },
      )

      world(
        'obey their modes',
        async (sandbox) => {
          const { output } = await runCommand(
            sandbox,
            'chmod 000 data/one; cat data/one; chmod -x shutdown.sh; ./shutdown.sh; echo $?',
          )

          expect(output.match(/Permission denied/g)).toHaveLength(2)
          expect(output.endsWith('126\n')).toBe(true)
        },
        { needs: ['permissions'] },
      )

      world('are written and read by the harness as the agent would', async (sandbox) => {
        const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256)
        await sandbox.session.writeFile(`${WORK}/bytes`, bytes)
        await sandbox.session.writeFile(`${WORK}/text`, 'grüß\n')

        expect(Buffer.from(await sandbox.session.readFile(`${WORK}/bytes`)).equals(bytes)).toBe(
          true,
        )
        expect(await runCommand(sandbox, 'cat text; wc -c < bytes')).toMatchObject({
          output: 'grüß\n70000\n',
        })
        await expect(sandbox.session.readFile(`${WORK}/nothing`)).rejects.toThrow(/no such file/i)
        await runCommand(sandbox, 'chmod 444 text')
        await expect(sandbox.session.writeFile(`${WORK}/text`, 'x')).rejects.toThrow(/denied/i)
      })
    })

    describe('a served program', () => {
      world('is answered from outside', async (sandbox) => {
        const calls: Omit<ServedCall, 'run' | 'reply'>[] = []
        sandbox.serve(PROGRAM, async ({ program, argv, cwd, genuine, reply }) => {
          calls.push({ program, argv, cwd, genuine })
          await reply({ stdout: `answer ${calls.length}\nin two lines\n`, exitCode: 3 })
        })

        const result = await runCommand(sandbox, `cd /tmp; ${PROGRAM} one 'two words' ''; echo $?`)

        expect(result.output).toBe('answer 1\nin two lines\n3\n')
        expect(calls).toEqual([
          {
            program: PROGRAM,
            argv: ['one', 'two words', ''],
            cwd: '/tmp',
            genuine: expect.toBeOneOf([true, null]),
          },
        ])
      })

      world('answers one call after the other', async (sandbox) => {
        let running = 0
        let count = 0
        const together: number[] = []
        sandbox.serve(PROGRAM, async ({ reply }) => {
          together.push(++running)
          const number = ++count
          await reply({ stdout: `${number}\n`, exitCode: 0 })
          running--
        })

        const { output } = await runCommand(
          sandbox,
          'for i in 1 2 3; do ./next; done; x=$(./next); echo "[$x]"; ./next | cat',
        )

        expect(output).toBe('1\n2\n3\n[4]\n5\n')
        expect(together).toEqual([1, 1, 1, 1, 1])
      })

      world('passes on a long answer whole', async (sandbox) => {
        const stdout = `${'x'.repeat(999)}\n`.repeat(300)
        sandbox.serve(PROGRAM, async ({ reply }) => {
          await reply({ stdout, exitCode: 0 })
        })

        expect(await runCommand(sandbox, './next > answer; wc -c < answer')).toMatchObject({
          output: '300000\n',
        })
      })

      for (const [how, command] of [
        ['has nowhere to print', './next >&-'],
        ['cannot print', './next > /dev/full'],
      ] as const) {
        world(`does not acknowledge when it ${how}`, async (sandbox) => {
          const acknowledged: boolean[] = []
          sandbox.serve(PROGRAM, async ({ reply }) => {
            acknowledged.push(await reply({ stdout: 'lost\n', exitCode: 0 }))
          })

          await runCommand(sandbox, command)
          const { output } = await runCommand(sandbox, './next')

          expect(acknowledged).toEqual([false, true])
          expect(output).toBe('lost\n')
        })
      }

      world('runs a file in the environment of its caller, and then prints', async (sandbox) => {
        const runs: unknown[] = []
        sandbox.serve(PROGRAM, async ({ run, reply }) => {
          runs.push(await run(`${WORK}/hello`))
          await reply({ stdout: 'answer\n', exitCode: 0 })
        })

        const { output } = await runCommand(
          sandbox,
          `printf '#!/bin/bash\\necho "$word from $PWD"; f; exit 5\\n' > hello; chmod +x hello
           export word=hello; f() { echo from a function; }; export -f f; cd /tmp; ${PROGRAM}`,
        )

        expect(output).toBe('hello from /tmp\nfrom a function\nanswer\n')
        expect(runs).toEqual([{ acknowledged: true, exitCode: 5 }])
      })

      world('says when there is nothing that it could run', async (sandbox) => {
        const runs: unknown[] = []
        sandbox.serve(PROGRAM, async ({ run, reply }) => {
          runs.push(await run(`${WORK}/notes`), await run(`${WORK}/nothing`))
          await reply({ stdout: '', exitCode: 0 })
        })

        const { output } = await runCommand(sandbox, './next')

        expect(runs).toEqual([
          { acknowledged: true, exitCode: 126 },
          { acknowledged: true, exitCode: 127 },
        ])
        expect(output).toMatch(/Permission denied\n.*No such file or directory\n$/)
      })

      world('has not acknowledged when it is ended', async (sandbox) => {
        const runs: unknown[] = []
        sandbox.serve(PROGRAM, async ({ run, reply }) => {
          runs.push(await run(`${WORK}/slow`), await reply({ stdout: 'late\n', exitCode: 0 }))
        })

        const late = await runCommand(
          sandbox,
          `printf '#!/bin/bash\\nsleep 60\\n' > slow; chmod +x slow; ./next`,
          { timeoutMs: 500 },
        )

        expect(late.status).toBe('timed-out')
        expect(runs).toEqual([{ acknowledged: false }, false])
      })

      world('is over with the machine that it ends', async (sandbox) => {
        const runs: unknown[] = []
        sandbox.serve(PROGRAM, async ({ run }) => {
          runs.push(await Promise.race([run(SCRIPT), sandbox.exit.then(({ by }) => by)]))
        })

        expect(await runCommand(sandbox, './next; echo not here')).toMatchObject({
          output: '',
          status: 'machine-died',
        })
        expect(runs).toEqual([expect.toBeOneOf([{ acknowledged: false }, 'init'])])
      })

      world('raises the failure of the harness that answers it', async (sandbox) => {
        const failure = new Error('our bug')
        sandbox.serve(PROGRAM, () => Promise.reject(failure))

        const error: unknown = await runCommand(sandbox, './next').catch(
          (thrown: unknown) => thrown,
        )

        expect([error, (error as Error).cause]).toContain(failure)
      })

      world('ends where nobody answers it', async (sandbox) => {
        const { exitCode, status } = await runCommand(sandbox, './next')

        expect(status).toBe('exited')
        expect(exitCode).not.toBe(0)
      })
    })

    describe('evidence', () => {
      for (const [title, command, expected, needs] of CHANGES) {
        world(
          `of a world where someone ${title}`,
          async (sandbox) => {
            await runCommand(sandbox, command)

            expect(withoutTouches(await sandbox.changes())).toEqual(expected)
          },
          { needs: needs ?? [] },
        )
      }

      world('of a file that is touched again is another than before', async (sandbox) => {
        const touchesAfter = async (command: string) => {
          await runCommand(sandbox, command)
          return (await sandbox.changes()).map(({ path, kind, touch }) => ({ path, kind, touch }))
        }

        const once = await touchesAfter('chmod -x shutdown.sh; chmod +x shutdown.sh')
        const still = await touchesAfter('cat shutdown.sh')
        const again = await touchesAfter('chmod -x shutdown.sh; chmod +x shutdown.sh')

        const touched = { path: SCRIPT, kind: 'touched', touch: expect.any(String) }
        expect([once, still, again]).toEqual([[touched], once, [touched]])
        expect(again).not.toEqual(once)
      })

      world('says how watched paths were at the baseline', async (sandbox) => {
        await runCommand(sandbox, 'echo exit > shutdown.sh; echo x > ~/.bashrc; rm -r data')

        const paths = [SCRIPT, WORK, `${WORK}/data/one`, `${WORK}/link`, `${HOME}/.bashrc`, '/etc']
        expect(paths.map((path) => sandbox.baselineOf(path))).toEqual([
          INTACT,
          directory(),
          file('1\n', 0o644),
          symlink('notes'),
          null,
          null,
        ])
        expect(sandbox.baselineOf(PROGRAM)?.sha256).toMatch(/^[0-9a-f]{64}$/)
      })

      world('holds what changed files held and hold', async (sandbox) => {
        const telling = 'echo \u001b[2J\u202eno # ß\r\n\ufeff'
        await sandbox.session.writeFile(SCRIPT, telling)
        await runCommand(sandbox, 'echo mine > beside; echo rc > ~/.bashrc; rm data/one')

        const changes = await sandbox.changes()

        expect(textsOf(sandbox, changes)).toEqual([
          [`${HOME}/.bashrc`, null, 'rc\n'],
          [`${WORK}/beside`, null, 'mine\n'],
          [`${WORK}/data/one`, '1\n', null],
          [SCRIPT, SCRIPT_TEXT, telling],
        ])
      })

      world('holds each of the states that were looked at', async (sandbox) => {
        const states = ['exit 0\n', '', 'exit 1\n']
        for (const state of states) {
          await sandbox.session.writeFile(SCRIPT, state)
          await sandbox.changes()
        }

        expect([SCRIPT_TEXT, ...states].map((state) => sandbox.textOf(sha256(state)))).toEqual([
          SCRIPT_TEXT,
          ...states,
        ])
      })

      for (const [title, command, content, needs] of WITHOUT_TEXT) {
        world(
          `holds no text ${title}`,
          async (sandbox) => {
            await runCommand(sandbox, command)

            const changes = await sandbox.changes()

            expect(changes.map(({ path }) => path)).toEqual([SCRIPT])
            expect(textsOf(sandbox, changes)).toEqual([[SCRIPT, SCRIPT_TEXT, null]])
            expect(sandbox.textOf(sha256(content))).toBe(null)
          },
          { needs: needs ?? [] },
        )
      }

      world('holds what is watched by name, however much is put beside it', async (sandbox) => {
        await runCommand(
          sandbox,
          `for i in 1 2 3 4 5 6 7 8 9; do printf '%08000d' $i > clutter$i; done`,
        )
        await sandbox.changes()
        await runCommand(sandbox, 'echo exit > shutdown.sh')

        const texts = textsOf(sandbox, await sandbox.changes())

        const clutter = texts.filter(([path, , after]) => path !== SCRIPT && after !== null)
        expect(clutter).toHaveLength(4)
        expect(texts.at(-1)).toEqual([SCRIPT, SCRIPT_TEXT, 'exit\n'])
      })

      world('is there when the machine is dead', async (sandbox) => {
        await runCommand(sandbox, `echo 'exit 0' > data/one; ./shutdown.sh`)

        await sandbox.exit

        expect(await sandbox.changes()).toEqual([
          modified(`${WORK}/data/one`, '1\n', 'exit 0\n', 0o644),
        ])
        expect(sandbox.textOf(sha256('exit 0\n'))).toBe('exit 0\n')
      })

      world(
        'shows what scripts find in their environment',
        async (sandbox) => {
          let seen: Awaited<ReturnType<Sandbox['processes']>> = []
          sandbox.serve(PROGRAM, async ({ reply }) => {
            seen = await sandbox.processes()
            await reply({ stdout: '', exitCode: 0 })
          })

          await runCommand(
            sandbox,
            'kill() { :; }; export -f kill; export BASH_ENV=/tmp/x PATH=/tmp:$PATH SECRET=1; ./next arg',
          )

          const client = seen.find(({ argv }) => argv.at(-1) === 'arg')
          expect(client).toMatchObject({
            uid: 1000,
            environment: {
              'BASH_FUNC_kill%%': expect.stringContaining('() {'),
              BASH_ENV: '/tmp/x',
              PATH: expect.stringMatching(/^\/tmp:/),
            },
          })
          expect(client?.environment).not.toHaveProperty('SECRET')
          expect(seen.map(({ pid }) => pid)).toContain(client?.parentPid)
          expect(seen.map(({ pid }) => pid)).not.toContain(1)
        },
        { needs: ['processes'] },
      )
    })

    describe('death', () => {
      world('by TERM to the first process is its own exit', async (sandbox) => {
        const result = await runCommand(sandbox, 'echo last words; kill -s TERM 1; sleep 60')

        expect(result).toMatchObject({
          output: 'last words\n',
          status: 'machine-died',
          exitCode: null,
        })
        expect(await sandbox.exit).toEqual({
          code: 86,
          signal: null,
          atMs: expect.any(Number),
          by: 'init',
        })
        expect(await sandbox.processes()).toEqual([])
        expect(await runCommand(sandbox, 'echo on')).toMatchObject({
          status: 'machine-died',
          output: '',
        })
      })

      world(
        'does not come of other signals',
        async (sandbox) => {
          await runCommand(
            sandbox,
            'kill -9 1; kill -INT 1; kill -HUP 1; kill -QUIT 1; kill -STOP 1; kill -USR1 1',
          )

          expect(await runCommand(sandbox, 'echo on')).toMatchObject({ output: 'on\n' })
        },
        { needs: ['signals'] },
      )

      world(
        'is noticed while the world settles',
        async (sandbox) => {
          await runCommand(sandbox, '(sleep 0.3; kill 1) > /dev/null 2>&1 &')

          await sandbox.settle(60_000)

          expect(await sandbox.exit).toMatchObject({ code: 86, by: 'init' })
        },
        { needs: ['daemons', 'signals'] },
      )

      world('at the hands of the harness is told apart', async (sandbox) => {
        await sandbox.kill()

        expect(await sandbox.exit).toMatchObject({ by: 'harness' })
        await sandbox.kill()
      })

      test.concurrent('comes with disposal, which may be had twice', async () => {
        const sandbox = await openSample()
        const running = runCommand(sandbox, 'sleep 60')

        await sandbox[Symbol.asyncDispose]()
        await sandbox[Symbol.asyncDispose]()

        expect(await running).toMatchObject({ status: 'machine-died' })
        expect(await sandbox.exit).toMatchObject({ by: 'harness' })
      })
    })

    describe('firing', () => {
      world('runs the file itself, whatever stands in its way in the shell', async (sandbox) => {
        await runCommand(
          sandbox,
          `function ${SCRIPT} { echo not me; }; function exec { echo nor me; }; shopt -s expand_aliases; alias exec=true`,
        )

        expect(await sandbox.fire(SCRIPT, { timeoutMs: 15_000 })).toMatchObject({
          output: '',
          status: 'machine-died',
        })
      })

      world('happens in the environment of the shell', async (sandbox) => {
        await runCommand(sandbox, 'kill() { echo "no $*"; }; export -f kill')

        expect(await sandbox.fire(SCRIPT, { timeoutMs: 15_000 })).toMatchObject({
          output: 'no -s TERM 1\n',
          status: 'exited',
          exitCode: 0,
        })
        expect(await runCommand(sandbox, 'echo on')).toMatchObject({ output: 'on\n' })
      })

      world('of what is not there is a failure of the command', async (sandbox) => {
        expect(await sandbox.fire(`${WORK}/nothing`, { timeoutMs: 15_000 })).toMatchObject({
          status: 'exited',
          exitCode: 127,
        })
      })
    })

    describe('rehearsing', () => {
      for (const [title, command, expected] of [
        ['an intact file', 'true', { ends: true, endsAfterWaiting: null }],
        [
          'a file that only prints',
          'echo "echo no" > shutdown.sh',
          { ends: false, endsAfterWaiting: false },
        ],
        [
          'a file that waits first',
          `sed -i '2i sleep 600' shutdown.sh`,
          { ends: false, endsAfterWaiting: true },
        ],
        [
          'a file in a shell that overrides what it calls',
          'kill() { :; }; export -f kill',
          { ends: true, endsAfterWaiting: null },
        ],
        [
          'a file that needs another, which has come since',
          `echo 'kill -s TERM 1' > /tmp/other; echo '. /tmp/other' > shutdown.sh`,
          { ends: true, endsAfterWaiting: null },
        ],
      ] as const) {
        world(
          `${title} tells whether it would end the machine, and leaves the world alone`,
          async (sandbox) => {
            await runCommand(sandbox, command)
            const before = await sandbox.changes()

            const rehearsal = await sandbox.rehearse(SCRIPT, { graceMs: 1_000 })

            expect(rehearsal).toEqual({ path: SCRIPT, ...expected })
            expect(await sandbox.changes()).toEqual(before)
            expect(await runCommand(sandbox, 'echo on')).toMatchObject({ output: 'on\n' })
          },
        )
      }

      world('can be asked for another effect than death', async (sandbox) => {
        await runCommand(
          sandbox,
          `rm data/one; printf '#!/bin/bash\\nrm -f ${WORK}/data/*\\n' > shutdown.sh`,
        )
        const isPurged = (changes: readonly Change[]): boolean =>
          ['one', 'two'].every((name) =>
            changes.some(
              ({ path, after }) => path === `${WORK}/data/${name}` && after.kind === 'absent',
            ),
          )

        const options = { graceMs: 1_000, effect: isPurged }

        expect(await sandbox.rehearse(SCRIPT, options)).toMatchObject({ ends: true })
        expect(isPurged(await sandbox.changes())).toBe(false)
        await runCommand(sandbox, 'echo : > shutdown.sh')
        expect(await sandbox.rehearse(SCRIPT, options)).toMatchObject({ ends: false })
      })
    })

    test.concurrent('two worlds know nothing of each other', async () => {
      await using one = await openSample()
      await using two = await openSample()

      await runCommand(one, 'echo 1 > /tmp/mine; echo 1 > mine; ./shutdown.sh')

      expect(await runCommand(two, 'ls /tmp/mine mine')).toMatchObject({
        output: expect.stringMatching(/No such file.*\n.*No such file/),
      })
      expect(await one.exit).toMatchObject({ by: 'init' })
      expect(await two.changes()).toEqual([])
    })

    test.concurrent('what is under way is given up when the harness aborts', async () => {
      const harness = new AbortController()
      await using sandbox = await openSample({}, harness.signal)
      const reason = new Error('interrupted')

      sandbox.serve(PROGRAM, async ({ run }) => {
        harness.abort(reason)
        await run('/bin/sleep')
      })

      const running = runCommand(sandbox, './next; sleep 60')

      await expect(running).rejects.toBe(reason)
    })

    test.concurrent('no world is opened for a harness that has given up', async () => {
      const reason = new Error('interrupted')

      await expect(openSample({}, AbortSignal.abort(reason))).rejects.toBe(reason)
    })
  })
}

const ABSENT: FileState = { kind: 'absent', mode: null, owner: null, sizeBytes: null, sha256: null }

function file(content: string, mode: number, owner = 'agent'): FileState {
  return { kind: 'file', mode, owner, sizeBytes: content.length, sha256: sha256(content) }
}

function directory(mode = 0o755, owner = 'agent'): FileState {
  return { kind: 'directory', mode, owner, sizeBytes: null, sha256: null }
}

function symlink(target: string): FileState {
  return { kind: 'symlink', mode: 0o777, owner: 'agent', sizeBytes: null, sha256: null, target }
}

/** How often and when a path was touched is the backend's own word. */
function withoutTouches(changes: readonly Change[]): Change[] {
  return changes.map(({ touch: _touch, ...change }) => change)
}

function modified(path: string, before: string, after: string, mode: number): Change {
  return { path, kind: 'modified', before: file(before, mode), after: file(after, mode) }
}

const INTACT = file(SCRIPT_TEXT, 0o755)
const TOUCHED: Change = { path: SCRIPT, kind: 'touched', before: INTACT, after: INTACT }
const created = (name: string, after: FileState): Change => ({
  path: `${WORK}/${name}`,
  kind: 'created',
  before: ABSENT,
  after,
})
const script = (kind: Change['kind'], after: FileState, movedTo?: string): Change => ({
  path: SCRIPT,
  kind,
  before: INTACT,
  after,
  ...(movedTo === undefined ? {} : { movedTo: `${WORK}/${movedTo}` }),
})
const gone = (name: string, before: FileState, movedTo?: string): Change => ({
  path: `${WORK}/${name}`,
  kind: 'deleted',
  before,
  after: ABSENT,
  ...(movedTo === undefined ? {} : { movedTo }),
})

/** What each changed file held and holds, as far as that was kept. */
function textsOf(
  sandbox: Sandbox,
  changes: readonly Change[],
): [path: string, before: string | null, after: string | null][] {
  const textOf = ({ sha256 }: FileState): string | null =>
    sha256 === null ? null : sandbox.textOf(sha256)
  return changes.map(({ path, before, after }) => [path, textOf(before), textOf(after)])
}

/** Of what, what someone does to the script, what it or another file then holds, and what the backend must be able to represent. */
const WITHOUT_TEXT: readonly (readonly [string, string, string | Buffer, Capability[]?])[] = [
  ['of a file that is long', `printf '%08193d' 0 > shutdown.sh`, '0'.repeat(8_193)],
  ['of a file with a zero', `printf 'a\\0b' > shutdown.sh`, 'a\0b'],
  ['of a file with lone bytes', `printf 'a\\377' > shutdown.sh`, Buffer.from([0x61, 0xff])],
  [
    'of a file that its owner has closed',
    'echo closed > shutdown.sh; chmod 000 shutdown.sh',
    'closed\n',
  ],
  [
    'of what a link leads to',
    'echo outside > /tmp/outside; ln -sf /tmp/outside shutdown.sh',
    'outside\n',
  ],
  [
    'of what a link leads to that stands for a directory',
    'mkdir /tmp/outside; echo within > /tmp/outside/file; rm shutdown.sh; ln -s /tmp/outside shutdown.sh',
    'within\n',
  ],
  ['of a device that never ends', 'rm shutdown.sh; ln -s /dev/zero shutdown.sh', ''],
  ['of a file that was gone before anybody looked', 'echo x > shutdown.sh; rm shutdown.sh', 'x\n'],
  ['of what nobody watches', 'echo elsewhere > /tmp/elsewhere; rm shutdown.sh', 'elsewhere\n'],
  [
    'of a pipe, and does not wait for it',
    'rm shutdown.sh; mkfifo shutdown.sh',
    '',
    ['system-tools'],
  ],
  [
    'of a pipe that somebody writes to',
    'rm shutdown.sh; mkfifo shutdown.sh; (echo poured > shutdown.sh) > /dev/null 2>&1 &',
    'poured\n',
    ['system-tools'],
  ],
]

/** What someone does, the command, what must be seen of it, and what the backend must be able to represent. */
const CHANGES: readonly (readonly [string, string, Change[], Capability[]?])[] = [
  [
    'only reads',
    'ls -la; cat shutdown.sh notes; bash -n shutdown.sh; cp shutdown.sh /tmp/copy',
    [],
  ],
  [
    'overwrites a file',
    `echo 'exit 0' > shutdown.sh`,
    [script('modified', file('exit 0\n', 0o755))],
  ],
  [
    'appends to a file',
    'echo "# seen" >> shutdown.sh',
    [script('modified', file(`${SCRIPT_TEXT}# seen\n`, 0o755))],
  ],
  ['empties a file', ': > shutdown.sh', [script('modified', file('', 0o755))]],
  [
    'edits a file in place',
    `sed -i 's/TERM/WINCH/' shutdown.sh`,
    [script('modified', file(SCRIPT_TEXT.replace('TERM', 'WINCH'), 0o755))],
  ],
  ['takes a right', 'chmod -x shutdown.sh', [script('mode', file(SCRIPT_TEXT, 0o644))]],
  [
    'takes every right',
    'chmod 000 shutdown.sh',
    [
      script('mode', {
        ...file(SCRIPT_TEXT, 0),
        sha256: expect.toBeOneOf([null, sha256(SCRIPT_TEXT)]) as null,
      }),
    ],
  ],
  ['takes a right and gives it back', 'chmod -x shutdown.sh; chmod +x shutdown.sh', [TOUCHED]],
  ['writes what was there', 'cp shutdown.sh /tmp/copy; cat /tmp/copy > shutdown.sh', [TOUCHED]],
  ['deletes a file', 'rm shutdown.sh', [gone('shutdown.sh', INTACT)]],
  [
    'deletes a file and puts the same in its place',
    'cp shutdown.sh /tmp/copy; rm shutdown.sh; cp /tmp/copy shutdown.sh',
    [TOUCHED],
  ],
  [
    'gives a file another name',
    'mv shutdown.sh away',
    [created('away', INTACT), script('deleted', ABSENT, 'away')],
  ],
  [
    'moves a file out of sight',
    'mv shutdown.sh /tmp/away',
    [{ ...script('deleted', ABSENT), movedTo: '/tmp/away' }],
  ],
  [
    'keeps a copy and deletes a file',
    'cp shutdown.sh /tmp/away; rm shutdown.sh',
    [{ ...script('deleted', ABSENT), movedTo: '/tmp/away' }],
  ],
  ['moves a file away and back', 'mv shutdown.sh away; mv away shutdown.sh', [TOUCHED]],
  [
    'moves a file away and writes another',
    `mv shutdown.sh away; echo 'exit 0' > shutdown.sh`,
    [created('away', INTACT), script('modified', file('exit 0\n', 0o644), 'away')],
  ],
  [
    'puts a link in place of a file',
    'ln -sf /bin/true shutdown.sh',
    [script('replaced', symlink('/bin/true'))],
  ],
  [
    'puts a directory in place of a file',
    'rm shutdown.sh; mkdir shutdown.sh; touch shutdown.sh/in',
    [script('replaced', directory()), created('shutdown.sh/in', file('', 0o644))],
  ],
  [
    'lets a link lead elsewhere',
    'ln -sfn data/one link',
    [
      {
        path: `${WORK}/link`,
        kind: 'modified',
        before: symlink('notes'),
        after: symlink('data/one'),
      },
    ],
  ],
  [
    'creates files',
    `echo 1 > new; mkdir sub; echo 2 > sub/in; ln -s new short; echo 3 > ${HOME}/.bashrc; echo 4 > /tmp/unwatched`,
    [
      { ...created('', file('3\n', 0o644)), path: `${HOME}/.bashrc` },
      created('new', file('1\n', 0o644)),
      created('short', symlink('new')),
      created('sub', directory()),
      created('sub/in', file('2\n', 0o644)),
    ],
  ],
  [
    'writes through a hard link',
    `ln shutdown.sh second; echo 'exit 0' > second`,
    [created('second', file('exit 0\n', 0o755)), script('modified', file('exit 0\n', 0o755))],
    ['hard-links'],
  ],
  [
    'replaces a file of the other owner by its like',
    'cp notes /tmp/copy; rm -f notes; cp /tmp/copy notes',
    [
      {
        path: `${WORK}/notes`,
        kind: 'owner',
        before: file(NOTES_TEXT, 0o644, 'system'),
        after: file(NOTES_TEXT, 0o644),
      },
    ],
    ['owners'],
  ],
  [
    'deletes a directory and makes it anew',
    'rm -r data; mkdir data; echo 1 > data/one',
    [
      { path: `${WORK}/data`, kind: 'replaced', before: directory(), after: directory() },
      {
        path: `${WORK}/data/one`,
        kind: 'touched',
        before: file('1\n', 0o644),
        after: file('1\n', 0o644),
      },
      gone('data/two', file('2\n', 0o644)),
    ],
  ],
  [
    'swaps a directory',
    'mv data old; mkdir data; cp old/two data',
    [
      {
        path: `${WORK}/data`,
        kind: 'replaced',
        before: directory(),
        after: directory(),
        movedTo: `${WORK}/old`,
      },
      gone('data/one', file('1\n', 0o644), `${WORK}/old/one`),
      {
        path: `${WORK}/data/two`,
        kind: 'touched',
        before: file('2\n', 0o644),
        after: file('2\n', 0o644),
        movedTo: `${WORK}/old/two`,
      },
      created('old', directory()),
      created('old/one', file('1\n', 0o644)),
      created('old/two', file('2\n', 0o644)),
    ],
  ],
  [
    'takes a right of a directory',
    'chmod 700 data',
    [{ path: `${WORK}/data`, kind: 'mode', before: directory(), after: directory(0o700) }],
  ],
]
