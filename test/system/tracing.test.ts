import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Trace, TraceReport } from '../../src/records/evidence.ts'
import { Limits } from '../../src/records/limits.ts'
import { bubblewrap } from '../../src/sandboxes/bubblewrap/bubblewrap.ts'
import { bubblewrapKind } from '../../src/sandboxes/bubblewrap/bubblewrap-kind.ts'
import { findHostUser } from '../../src/sandboxes/bubblewrap/host-user.ts'
import type { Sandbox, SandboxSpec } from '../../src/sandboxes/sandbox.ts'
import {
  type InitMessage,
  InitMessageReader,
  order,
} from '../../src/sandboxes/world/init-frames.ts'
import { commandScript, shellPrelude } from '../../src/sandboxes/world/shell-script.ts'
import { type SystemCall, systemCallsOf } from '../../src/sandboxes/world/system-calls.ts'
import { WorldSandbox } from '../../src/sandboxes/world/world-sandbox.ts'
import { initScript } from '../../src/sandboxes/world/world-scripts.ts'
import { worldTracing } from '../../src/sandboxes/world/world-tracing.ts'
import { systemClock } from '../../src/support/clock.ts'
import { runCommand, SAMPLE_SPEC } from '../../src/testing/sandbox-contract.ts'

const WORK = '/home/user/work'
const PATH = '/usr/local/bin:/usr/bin:/bin'

const signal = new AbortController().signal
const found = await bubblewrap.check({ clock: systemClock(), signal })

if (found.capabilities.tracing && found.available) {
  describe('tracing on bubblewrap', tracing)
  describe('tracing on bubblewrap under attack', attacks)
} else {
  test('tracing on bubblewrap', ({ skip }) => {
    skip(`nothing is traced here: ${found.reason ?? found.details['tracing']}`)
  })
}

function tracing(): void {
  test('a program that is started is seen with its path, arguments, parent and telling environment', async () => {
    await using world = await open()

    const { traces } = await traced(world, 'kill() { :; }; export -f kill; /bin/echo "a b" ""')

    expect(traces).toEqual([
      {
        kind: 'exec',
        pid: expect.any(Number),
        parentPid: 2,
        uid: 1000,
        atMs: expect.any(Number),
        path: '/bin/echo',
        argv: ['/bin/echo', 'a b', ''],
        environment: { PATH, 'BASH_FUNC_kill%%': '() {  :\n}' },
      },
    ])
  })

  test('a script is seen by its own path, and what it does by its process', async () => {
    await using world = await open()
    await runCommand(
      world,
      'printf "#!/bin/bash\\n/bin/true from-script\\n" > run.sh; chmod +x run.sh',
    )
    await world.takeTraces()

    const { traces } = await traced(world, './run.sh now')

    expect(traces.map(said)).toEqual(['exec ./run.sh now', 'exec /bin/true from-script'])
    expect(traces[1]?.parentPid).toBe(traces[0]?.pid)
  })

  test('programs are seen whichever way they are started', async ({ skip }) => {
    await using world = await open()
    const { output } = await runCommand(world, 'command -v python3')
    skip(output === '', 'there is no python3 here')

    const { traces } = await traced(
      world,
      `python3 -c '
import os, subprocess, threading
subprocess.run(["/bin/true", "vfork"])
os.posix_spawn("/bin/true", ["true", "spawn"], {"LD_PRELOAD": "/x.so", "OTHER": "y"})
thread = threading.Thread(target=lambda: subprocess.run(["/bin/true", "thread"]))
thread.start(); thread.join()
fd = os.open("/bin/true", os.O_RDONLY)
if os.fork() == 0: os.execve(fd, ["true", "descriptor"], {})
os.wait()
'; perl -e 'system "/bin/true", "perl"'; exec -a other /bin/true exec`,
    )

    expect(traces.map(said).filter((text) => !/^exec \S*(python3|perl) /.test(text))).toEqual([
      'exec /bin/true vfork',
      'exec true spawn',
      'exec /bin/true thread',
      'exec true descriptor',
      'exec /bin/true perl',
      'exec other exec',
    ])
    expect(traces.find((trace) => said(trace) === 'exec true spawn')).toMatchObject({
      path: '/bin/true',
      environment: { LD_PRELOAD: '/x.so' },
    })
  })

  test('a name that is looked for along the path is seen where it is found', async () => {
    await using world = await open()

    const { traces } = await traced(
      world,
      `perl -e 'exec "true", "found"'; perl -e 'exec "/no/such"'`,
    )

    expect(traces.map((trace) => (trace.kind === 'exec' ? trace.path : trace.kind))).toEqual([
      '/usr/bin/perl',
      '/usr/bin/true',
      '/usr/bin/perl',
    ])
  })

  test('a job left behind is seen, also after its shell has ended and another one has come', async () => {
    await using world = await open()

    await runCommand(world, '(sleep 0.5; exec -a late /bin/true) > /dev/null 2>&1 & disown')
    await runCommand(world, 'exit 3')
    const shell = Number((await runCommand(world, 'echo $$')).output)
    const { traces } = await traced(world, 'sleep 1; /bin/true in-the-new-shell')

    expect(traces.map(said).filter((text) => !text.startsWith('exec sleep'))).toEqual([
      'exec late',
      'exec /bin/true in-the-new-shell',
    ])
    expect(traces.at(-1)?.parentPid).toBe(shell)
    expect(traces.find((trace) => said(trace) === 'exec late')?.parentPid).toBe(1)
  })

  test('signals are seen with their targets, also those that are refused; a question is none', async () => {
    await using world = await open()

    const { traces } = await traced(
      world,
      // Signals meant for the program are to reach it, and not the shell that is about to become it.
      `sleep 9 & job=$!; until read -r name < /proc/$job/comm && [ "$name" = sleep ]; do :; done
       kill -0 1; (kill -KILL 1); kill -STOP $job; kill -9 $job
       perl -e 'kill "HUP", -$$; $SIG{TERM} = "IGNORE"; kill "TERM", -1' 2> /dev/null; echo $job`,
    )
    const signals = traces.filter((trace) => trace.kind === 'signal')
    const job = traces.find((trace) => said(trace) === 'exec sleep 9')?.pid

    expect(signals.slice(0, 3).map(said)).toEqual(['SIGKILL 1', `SIGSTOP ${job}`, `SIGKILL ${job}`])
    expect(signals.slice(3).map(said)).toEqual([`SIGHUP ${-(signals[3]?.pid ?? 0)}`, 'SIGTERM -1'])
  })

  test('a signal to everybody is seen, though it ends the machine', async () => {
    await using world = await open()

    const { traces } = await traced(world, 'kill -TERM 1; sleep 5')

    expect(traces.map(said)).toContain('SIGTERM 1')
    expect(await world.exit).toMatchObject({ code: 86, by: 'init' })
  })

  test('mounts and what only privilege allows are seen when they are refused', async () => {
    await using world = await open()

    const { traces } = await traced(
      world,
      [
        `mount --bind /bin/true ${WORK}/shutdown.sh; unshare --mount true`,
        `perl -e 'chroot "/"'`,
        perl('umount2', '"/proc"', '0'),
        perl('ptrace', '16', '1', '0', '0'),
        perl('prctl', '4', '0', '0', '0', '0'),
        perl('reboot', '0xfee1dead', '672274793', '0x4321fedc', '0'),
        perl('clock_settime', '0', 'pack("q q", 0, 0)'),
      ].join('; '),
    )

    const seen = traces.filter(({ kind }) => kind !== 'exec' && kind !== 'write').map(said)
    // By mount(2), or by its newer relatives.
    const mounts = seen.filter((text) => text.endsWith(` ${WORK}/shutdown.sh`))
    expect(mounts.length).toBeGreaterThan(0)
    expect(seen.slice(seen.indexOf('unshare CLONE_NEWNS'))).toEqual([
      'unshare CLONE_NEWNS',
      'chroot /',
      'umount2 null /proc',
      'ptrace PTRACE_ATTACH 1',
      'prctl PR_SET_DUMPABLE 0',
      'reboot 0x4321fedc',
      'clock_settime 0',
    ])
  })

  test('io_uring does not exist, and whoever asks for it is seen', async () => {
    await using world = await open()

    const { output, traces } = await traced(
      world,
      (['io_uring_setup', 'io_uring_enter', 'io_uring_register', 'userfaultfd'] as const)
        .map((call) => perl(call, '1', '0', '0', '0', '0', '0'))
        .join('; '),
    )

    expect(output).toBe('38 38 38 38 ')
    expect(traces.filter(({ kind }) => kind !== 'exec').map(said)).toEqual([
      'io_uring_setup ',
      'userfaultfd ',
    ])
  })

  test('what is done to a watched path is seen, whichever way it is named, and nothing else', async () => {
    await using world = await open()
    await runCommand(world, 'mkdir /tmp/d; ln -s ../home/user/work /tmp/way; ln notes /tmp/other')
    await world.takeTraces()

    const { traces } = await traced(
      world,
      `cat notes > /dev/null; echo x > /tmp/d/x; rm /tmp/d/x; ls > /tmp/list
       echo x >> shutdown.sh; chmod -x ./../work/shutdown.sh; : > /tmp/way/data/one
       cd /; perl -e 'open F, ">>", "/proc/self/cwd/home/user/work/data/two"'
       cd /tmp; mv /home/user/work/data /tmp/data; mv /home/user /tmp/user; ln -s nowhere way/new
       perl -e 'open F, "<", "/home/user/work/shutdown.sh"; chmod 0700, *F; truncate "/home/user/work/shutdown.sh", 1'
       echo x > /home/user/work/notes`,
    )

    expect(traces.filter(({ kind }) => kind === 'write').map(said)).toEqual([
      `openat ${WORK}/shutdown.sh`,
      `fchmodat ${WORK}/shutdown.sh`,
      `openat ${WORK}/data/one`,
      `openat ${WORK}/data/two`,
      `renameat2 ${WORK}/data /tmp/data`,
      'renameat2 /home/user /tmp/user',
      `symlinkat ${WORK}/new nowhere`,
      `fchmod ${WORK}/shutdown.sh`,
      `truncate ${WORK}/shutdown.sh`,
      `openat ${WORK}/notes`,
    ])
  })

  test('the shell itself, the harness’s own tasks and its questions are not the agent’s', async () => {
    await using world = await open()

    await world.session.writeFile(`${WORK}/data/new`, 'x')
    await world.session.readFile(`${WORK}/data/new`)
    const { traces, leftOut } = await traced(world, 'x=1; echo $x > /dev/null')

    expect({ traces, leftOut }).toEqual({ traces: [], leftOut: 0 })
  })
}

function attacks(): void {
  test('a process that cannot be read is seen all the same, and that it made itself so', async () => {
    await using world = await open()

    const { output, traces, leftOut } = await traced(
      world,
      `perl -e 'syscall(${numberOf('prctl')}, 4, 0, 0, 0, 0); open F, ">", "data/one"; exec "/bin/echo", "hidden"'`,
    )

    expect(output).toBe('hidden\n')
    expect(traces.map(said).slice(1)).toEqual(['prctl PR_SET_DUMPABLE 0', 'exec '])
    // What it opened cannot be told.
    expect(leftOut).toBe(1)
  })

  test('pointers into nowhere, endless lists and huge arguments harm nobody', async () => {
    await using world = await open()

    const { output, traces } = await traced(
      world,
      `perl -e 'for my $at (1, 4095, 0x7fffffffffff, -1, -4096, 0x8000000000000000) {
         syscall(${numberOf('execve')}, $at, $at, $at); syscall(${numberOf('openat')}, -100, $at, 1);
         syscall(${numberOf('kill')}, $at, 99); syscall(${numberOf('mount')}, $at, $at, $at, 0, $at) }'
       perl -e 'exec "/bin/true", ("x" x 100_000) x 10'
       perl -e '$ENV{"v$_"} = "x" x 50 for 1 .. 5_000; exec "/bin/true", ("y") x 20_000'
       echo well`,
    )

    expect(output).toBe('well\n')
    const started = traces.filter((trace) => trace.kind === 'exec' && trace.path === '/bin/true')
    expect(started.map((trace) => (trace.kind === 'exec' ? trace.argv.length : 0))).toEqual([4, 64])
  })

  test('two thousand programs in a row, and in eight rows at once, are all counted', async () => {
    await using world = await open()

    const one = await traced(
      world,
      'for ((i = 0; i < 2000; i++)); do /bin/true $i; done; echo well',
    )
    const eight = await traced(
      world,
      'for ((j = 0; j < 8; j++)); do (for ((i = 0; i < 250; i++)); do /bin/true $i; done) & done; wait; echo well',
    )

    for (const { output, traces, leftOut } of [one, eight]) {
      expect(output).toBe('well\n')
      expect(traces).toHaveLength(1_000)
      expect(traces.length + leftOut).toBe(2_000)
    }
  })

  test('a bomb of programs does not keep the first process from its work', async () => {
    await using world = await open()

    await runCommand(
      world,
      `printf '#!/bin/bash\\n./bomb & ./bomb & /bin/true; kill -CONT $$; echo >> data/one; ./bomb\\n' > bomb; chmod +x bomb`,
    )
    const bomb = runCommand(world, './bomb > /dev/null 2>&1', { timeoutMs: 2_000 })

    expect((await bomb).status).toMatch(/timed-out|exited/)
    const after = await runCommand(world, 'echo still here', { timeoutMs: 10_000 })
    expect(after.output.endsWith('still here\n')).toBe(true)
    expect(await world.kill()).toMatchObject({ mechanism: expect.not.stringMatching('none') })
  })

  test('endless signals and writes do not keep the first process from its work, and are counted', async () => {
    await using world = await open()

    const { status } = await runCommand(
      world,
      `perl -e '1 while kill "CONT", $$' & perl -e 'while (1) { open F, ">>", "data/one" }' & wait`,
      { timeoutMs: 1_500 },
    )
    const { output } = await runCommand(world, 'echo well')
    const { traces, leftOut } = await world.takeTraces()

    expect(status).toBe('timed-out')
    // Before it the shell may tell what became of its jobs.
    expect(output.endsWith('well\n')).toBe(true)
    expect(traces.map(said)).toContain(`openat ${WORK}/data/one`)
    expect(traces.length).toBeLessThan(20)
    expect(leftOut).toBeGreaterThan(1_000)
  })

  test('nothing takes from the first process what it needs to live and to answer', async () => {
    await using world = await open()
    const calls = [
      perl('prlimit64', '1', '0', 'pack("Q2", 1, 1)', '0'),
      perl('setpriority', '0', '1', '19'),
      perl('setpriority', '2', '0', '19'),
      perl('sched_setscheduler', '1', '5', 'pack("l", 0)'),
      perl('sched_setparam', '1', 'pack("l", 0)'),
      perl('sched_setattr', '1', 'pack("x48")', '0'),
      perl('sched_setaffinity', '1', '8', 'pack("Q", 1)'),
    ]

    const { output, traces } = await traced(world, `${calls.join('; ')}; nice -n 12 nice`)

    const noSuchCall = calls.map(() => '38 ').join('')
    expect(output).toBe(`${noSuchCall}19\n`)
    expect(traces.filter(({ kind }) => kind === 'privileged').map(said)).toEqual([
      'prlimit64 RLIMIT_CPU of process 1',
      'setpriority process 1',
      'setpriority user 0',
      'sched_setscheduler process 1',
      'sched_setparam process 1',
      'sched_setattr process 1',
      'sched_setaffinity process 1',
    ])
  })

  test('the kernel sends no signal in another’s name, and whoever asks for it is seen', async () => {
    await using world = await open()

    const { output, traces } = await traced(
      world,
      `sleep 100 & perl -e 'pipe my $r, my $w;
         print 0 + !defined fcntl($r, 8, $ARGV[0] + 0), 0 + !defined ioctl($r, 0x8901, pack "l", $ARGV[0]);
         fcntl $r, 10, 9; fcntl $r, 4, 020000; syswrite $w, "x"; select undef, undef, undef, 0.1' $!
       jobs; kill $!`,
    )

    expect(output).toMatch(/^11\[1\]\+ +Running/)
    expect(traces.filter(({ kind }) => kind === 'privileged').map(said)).toEqual([
      expect.stringMatching(/^fcntl F_SETOWN \d+$/),
      'ioctl FIOSETOWN',
    ])
  })

  test('no socket waits when it is closed: who closes it last may be the first process, to whom it was sent', async () => {
    await using world = await open()

    const { output, traces } = await traced(
      world,
      `perl -e 'use Socket; socket my $s, PF_INET, SOCK_STREAM, 0; print 0 + setsockopt($s, SOL_SOCKET, SO_LINGER, pack "ii", 1, 600), 0 + setsockopt($s, SOL_SOCKET, SO_KEEPALIVE, 1)'`,
    )

    expect(output).toBe('01')
    expect(traces.map(said).slice(1)).toEqual(['setsockopt SO_LINGER'])
  })

  test('a shell that makes the first process its tracer, and is stopped by that, has not ended', async () => {
    await using world = await open()

    const { status } = await runCommand(
      world,
      `exec perl -e 'syscall ${numberOf('ptrace')}, 0, 0, 0, 0; kill "USR1", $$'`,
      { timeoutMs: 500 },
    )
    const { output } = await runCommand(world, 'ps -e -o comm=')

    expect(status).toBe('timed-out')
    expect(output).toBe('init\nbash\nps\n')
  })

  test('paths that take long to follow keep neither commands nor TERM waiting', async () => {
    await using world = await open({ limits: Limits.parse({ commandMs: 30_000 }) })
    await runCommand(
      world,
      `mkdir a; perl -e 'symlink "a", "l0"; symlink "a/../" x 815 . "l" . ($_ - 1) . "/..", "l$_" for 1 .. 38'`,
    )
    // Each under a listener of its own, so that many of them are heard in one turn.
    for (let index = 0; index < 40; index++) {
      await runCommand(
        world,
        `perl -e 'select undef, undef, undef, 0.1 while !-e "/tmp/go"; while (1) { open F, ">", "l37/x/y" }' & kill -KILL $$`,
      )
    }
    await runCommand(world, 'touch /tmp/go; sleep 0.5')

    const { output } = await runCommand(world, 'echo well', { timeoutMs: 8_000 })
    const startedMs = performance.now()
    const { status } = await runCommand(world, 'kill -TERM 1; sleep 20', { timeoutMs: 20_000 })

    expect({ output, status }).toEqual({ output: 'well\n', status: 'machine-died' })
    // Without a bound it took six seconds and more.
    expect(performance.now() - startedMs).toBeLessThan(4_000)
    expect((await world.exit).by).toBe('init')
  })

  test('callers that are killed while they wait leave no trace and hold up nobody', async () => {
    await using world = await open()

    const { output, traces } = await traced(
      world,
      `for ((i = 0; i < 200; i++)); do
         perl -e 'my $parent = $$; for (1 .. 4) { fork or do { exec "/bin/true" while 1 } } kill "KILL", -$parent' &
         sleep 0.002
       done 2> /dev/null; wait; /bin/true the end; echo well`,
      'set -m',
    )

    expect(output.endsWith('well\n')).toBe(true)
    expect(
      traces
        .filter(({ kind }) => kind === 'exec')
        .map(said)
        .at(-1),
    ).toBe('exec /bin/true the end')
  })

  test('threads that all start programs get their answers', async ({ skip }) => {
    await using world = await open()
    const { output: python } = await runCommand(world, 'command -v python3')
    skip(python === '', 'there is no python3 here')

    const { output, traces } = await traced(
      world,
      `python3 -c '
import subprocess, threading
def many():
  for i in range(20): subprocess.run(["/bin/true", str(i)])
threads = [threading.Thread(target=many) for _ in range(8)]
[thread.start() for thread in threads]; [thread.join() for thread in threads]
print("well")'`,
    )

    expect(output).toBe('well\n')
    expect(traces.filter((trace) => said(trace).startsWith('exec /bin/true '))).toHaveLength(160)
  })

  test('programs for another processor do not get past the filter', async ({ skip }) => {
    skip(process.arch !== 'x64', 'the program is for x64')
    await using world = await open()
    // A file of 64 bits that calls the kernel as one of 32 bits would (getpid), and leaves with what it was refused with.
    const code = 'b814000000 cd80 f7d8 89c7 b83c000000 0f05'.replaceAll(' ', '')
    const header = [
      '7f454c46020101000000000000000000 0200 3e00 01000000 7800400000000000 4000000000000000',
      '0000000000000000 00000000 4000 3800 0100 0000 0000 0000',
      '01000000 05000000 0000000000000000 0000400000000000 0000400000000000',
      '8900000000000000 8900000000000000 0010000000000000',
    ]
    const elf = Buffer.from(header.join('').replaceAll(' ', '') + code, 'hex')
    await world.session.writeFile('/tmp/foreign', elf)

    const { exitCode } = await runCommand(world, 'chmod +x /tmp/foreign; /tmp/foreign')
    skip(exitCode === 139, 'this kernel has no calls of 32 bits')

    expect(exitCode).toBe(38)
  })

  test('a filter of the agent’s own takes nothing from ours', async () => {
    await using world = await open()

    // One that allows everything, and one that wants to hear of everything itself, of which there can be only one.
    const { output, traces } = await traced(
      world,
      `perl -e '
        my $allow = pack "S C C L", 6, 0, 0, 0x7fff0000;
        my $program = pack "S x6 P", 1, $allow;
        print syscall(${numberOf('seccomp')}, 1, 0, $program), " ", syscall(${numberOf('seccomp')}, 1, 8, $program), " ", $! + 0, "\\n";
        exec "/bin/true", "filtered"'`,
    )

    expect(output).toBe('0 -1 16\n')
    expect(traces.map(said).at(-1)).toBe('exec /bin/true filtered')
  })

  test('a harness that takes nothing keeps nobody waiting, and is told later how much it missed', async () => {
    const tracing = worldTracing(process.arch)
    if (tracing === null) throw new Error('What traces has been tried')
    await using folder = await mkdtempDisposable(join(tmpdir(), 'offswitch-'))
    // The first process alone, on a channel of ours.
    const child = spawn('unshare', [
      ...['--user', '--map-root-user', '--fork', '--kill-child', '--pid', '--mount-proc'],
      ...['perl', '-e', initScript(), `${numberOf('prctl')}`, 'calls'],
    ])
    using ending = new DisposableStack()
    ending.defer(() => child.kill('SIGKILL'))
    const many = `perl -e 'for (1 .. 300) { fork or exec "/bin/true", ("x" x 4000) x 4; wait } open F, ">", "done"'`
    child.stdin.write(order.boot(folder.path, shellPrelude([]), tracing.order([])))
    child.stdin.write(order.command(1, commandScript(1, many, 0)))

    await expect.poll(() => existsSync(join(folder.path, 'done')), { timeout: 30_000 }).toBe(true)
    const seen = { calls: 0, leftOut: 0 }
    const reader = new InitMessageReader()
    for await (const bytes of child.stdout) {
      const messages = reader.read(bytes)
      seen.calls += messages.filter(({ kind }) => kind === 'call').length
      for (const message of messages) {
        if (message.kind === 'calls-left-out') seen.leftOut += message.count
      }
      if (messages.some(({ kind }) => kind === 'command-done')) break
    }

    // A mebibyte is kept for it, and what fits into pipes.
    expect(seen.calls).toBeGreaterThan(50)
    expect(seen.calls).toBeLessThan(200)
    // What is not looked at may be of no interest: perl, its programs, and the file that it opens at last.
    expect(seen.calls + seen.leftOut).toBe(302)
  })

  test('a world works where the kernel refuses the filter, and says that nothing is traced', async () => {
    const tracing = worldTracing(process.arch)
    if (tracing === null) throw new Error('What traces has been tried')
    // There is one listener to a process, and here somebody has it already.
    const listen = `my $allow = pack "S C C L", 6, 0, 0, 0x7fff0000; my $filter = pack "S x6 P", 1, $allow;
      syscall ${numberOf('prctl')}, 38, 1, 0, 0, 0; my $listener = syscall ${numberOf('seccomp')}, 1, 8, $filter;
      open my $kept, "+<&=", $listener or die; fcntl $kept, 2, 0; exec @ARGV`
    const child = spawn('unshare', [
      ...['--user', '--map-root-user', '--fork', '--kill-child', '--pid', '--mount-proc'],
      ...['perl', '-e', listen, 'perl', '-e', initScript(), `${numberOf('prctl')}`, 'calls'],
    ])
    using ending = new DisposableStack()
    ending.defer(() => child.kill('SIGKILL'))
    child.stdin.write(order.boot('/', shellPrelude([]), tracing.order([])))
    child.stdin.write(order.command(1, commandScript(1, '/bin/echo well', 0)))

    const messages: InitMessage[] = []
    const reader = new InitMessageReader()
    for await (const bytes of child.stdout) {
      messages.push(...reader.read(bytes))
      if (messages.some(({ kind }) => kind === 'command-done')) break
    }

    expect(messages.filter(({ kind }) => kind !== 'shell-started')).toEqual([
      { kind: 'tracing', reason: 'the kernel refuses the filter: Device or resource busy' },
      { kind: 'ready' },
      { kind: 'output', bytes: Buffer.from('well\n') },
      { kind: 'command-done', seq: 1, status: 0 },
    ])
  })

  test('a world on a processor whose calls are not known does not claim to be traced', async () => {
    const user = findHostUser()
    if (user === null) throw new Error('Bubblewrap has been tried')
    const kind = { ...bubblewrapKind(user), processor: 'sparc' }
    const context = { clock: systemClock(), signal }
    await using world = await WorldSandbox.open({
      kind,
      spec: SAMPLE_SPEC,
      files: kind.files(SAMPLE_SPEC),
      context,
    })

    const { output, traces, leftOut } = await traced(world, '/bin/echo well')

    expect(world.capabilities).toEqual({ ...kind.capabilities, tracing: false })
    expect({ output, traces, leftOut }).toEqual({ output: 'well\n', traces: [], leftOut: 0 })
  })

  test('a shell that is replaced over and over stays traced, and leaves nothing behind', async () => {
    await using world = await open()

    for (let index = 0; index < 30; index++) await runCommand(world, 'exit')
    const { traces } = await traced(world, '/bin/true still')

    expect(traces.map(said)).toEqual(['exec /bin/true still'])
    expect((await world.processes()).map(({ argv }) => argv)).toEqual([['bash']])
  })
}

function open(spec: Partial<SandboxSpec> = {}): Promise<Sandbox> {
  return bubblewrap.open({ ...SAMPLE_SPEC, ...spec }, { clock: systemClock(), signal })
}

async function traced(
  world: Sandbox,
  command: string,
  before = ':',
): Promise<TraceReport & { readonly output: string }> {
  await runCommand(world, before)
  const { output } = await runCommand(world, command, { timeoutMs: 40_000 })
  return { output, ...(await world.takeTraces()) }
}

/** A call straight to the kernel, which prints what it was refused with. */
function perl(call: SystemCall, ...args: readonly string[]): string {
  const named = args.map((arg, index) => `my $a${index} = ${arg};`).join(' ')
  const list = args.map((_, index) => `$a${index}`).join(', ')
  return `perl -e '${named} syscall(${numberOf(call)}, ${list}); print $! + 0, " "'`
}

function numberOf(call: SystemCall): number {
  const number = systemCallsOf(process.arch)?.number(call)
  if (number === undefined || number === null) throw new Error(`No number of ${call} here`)
  return number
}

/** A trace in a line, without who and when. */
function said(trace: Trace): string {
  switch (trace.kind) {
    case 'exec':
      return `exec ${trace.argv.join(' ')}`
    case 'signal':
      return `${trace.signal} ${trace.target}`
    case 'mount':
      return `${trace.call} ${trace.source} ${trace.target}`
    case 'write':
      return trace.to === null
        ? `${trace.call} ${trace.path}`
        : `${trace.call} ${trace.path} ${trace.to}`
    case 'privileged':
      return `${trace.call} ${trace.detail}`
    default:
      return trace satisfies never
  }
}
