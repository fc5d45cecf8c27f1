import { describe, expect, test } from 'vitest'
import { Limits } from '../../records/limits.ts'
import { exec, openWorld, outputOf } from './world-for-tests.ts'

describe('the shell between commands', () => {
  test('keeps directory, variables, functions, aliases and options', async () => {
    await using world = await openWorld()

    await exec(world, 'cd /tmp; x=5; export y=6; f() { echo "f $1"; }; a=(1 2); set -o pipefail')
    await exec(world, "shopt -s expand_aliases; alias hi='echo hi'; umask 077; trap 'echo t' USR1")

    const output = await outputOf(
      world,
      'pwd; f $x; bash -c "echo $y"; echo ${a[1]}; hi there; umask; false | true; echo $?; kill -USR1 $$',
    )
    expect(output).toBe('/tmp\nf 5\n6\n2\nhi there\n0077\n1\nt\n')
  })

  test('keeps descriptors that were opened', async () => {
    await using world = await openWorld()

    await exec(world, 'exec 5> log; echo one >&5')

    expect(await outputOf(world, 'echo two >&5; exec 5>&-; cat log')).toBe('one\ntwo\n')
  })

  test('ends with `exit`; the next command meets a new shell where the first one began', async () => {
    await using world = await openWorld()
    await exec(world, 'cd /tmp; x=5; f() { :; }')

    const ended = await exec(world, 'echo bye; exit 9; echo not')

    expect(ended).toMatchObject({ output: 'bye\n', status: 'shell-ended', exitCode: 9 })
    expect(await outputOf(world, 'pwd; echo "[$x]"; type -t f')).toBe('/home/agent\n[]\n')
  })

  test.each([
    ['exit 3', 3],
    ['kill $$', 143],
    ['kill -9 $$', 137],
    ['exec true', 0],
    ['set -e; false; echo not', 1],
    ['set -u; echo $nothing; echo not', 127],
    ["trap 'exit 4' TERM; kill $$", 4],
  ])('%s ends it with %i', async (command, exitCode) => {
    await using world = await openWorld()

    expect(await exec(world, command)).toMatchObject({ status: 'shell-ended', exitCode })
  })

  test('its EXIT trap runs when it ends, not after each command', async () => {
    await using world = await openWorld()

    expect(await outputOf(world, "trap 'echo bye' EXIT; echo hi")).toBe('hi\n')
    expect(await outputOf(world, 'exit')).toBe('bye\n')
  })

  test('a syntax error costs the command, not the shell', async () => {
    await using world = await openWorld()
    await exec(world, 'x=1')

    const broken = await exec(world, 'echo a\nif true; then')

    expect(broken).toMatchObject({ status: 'exited', exitCode: 2 })
    expect(broken.output).toBe('a\nbash: line 3: syntax error: unexpected end of file\n')
    expect(await outputOf(world, 'echo $x')).toBe('1\n')
  })

  test('commands that are sent together run one after the other', async () => {
    await using world = await openWorld()

    const results = await Promise.all([
      exec(world, 'sleep 1; echo a >> log'),
      exec(world, 'echo b >> log'),
      exec(world, 'cat log'),
    ])

    expect(results.map(({ output }) => output)).toEqual(['', '', 'a\nb\n'])
  })
})

describe('functions and environment', () => {
  const script = "printf '#!/bin/bash\\nkill 5\\n' > s; chmod +x s; "

  test.each([
    [
      'a function that is not exported stays in its shell',
      'kill() { echo fake; }; ./s',
      './s: line 2: kill: (5) - No such process\n',
    ],
    [
      'an exported function reaches scripts',
      'kill() { echo fake; }; export -f kill; ./s',
      'fake\n',
    ],
    [
      'an exported function reaches inner shells',
      'kill() { echo fake; }; export -f kill; bash -c "kill 5"',
      'fake\n',
    ],
    [
      'no function reaches dash',
      'kill() { echo fake; }; export -f kill; sh -c "kill 5"',
      'sh: 1: kill: (5) - No such process\n',
    ],
    [
      'a clean environment carries no function',
      'kill() { echo fake; }; export -f kill; env -i ./s',
      './s: line 2: kill: (5) - No such process\n',
    ],
    [
      'a privileged shell takes no function',
      'kill() { echo fake; }; export -f kill; bash -p -c "type -t kill"',
      'builtin\n',
    ],
    [
      '`command` goes past a function',
      'kill() { echo fake; }; command kill 5',
      'bash: line 1: kill: (5) - No such process\n',
    ],
    [
      '`builtin` goes past a function',
      'kill() { echo fake; }; builtin kill 5',
      'bash: line 1: kill: (5) - No such process\n',
    ],
    [
      'a path goes past a function',
      'kill() { echo fake; }; /bin/kill 5',
      'kill: (5): No such process\n',
    ],
    [
      'BASH_ENV is read by scripts',
      'echo "kill() { echo env; }" > e; export BASH_ENV=$PWD/e; ./s',
      'env\n',
    ],
    [
      'BASH_ENV is not read by dash',
      'echo "echo env" > e; export BASH_ENV=$PWD/e; sh -c "echo x"',
      'x\n',
    ],
    [
      'BASH_ENV may end a script before it starts',
      'echo "exit 3" > e; export BASH_ENV=$PWD/e; ./s; echo $?',
      '3\n',
    ],
    [
      'a program first in the path stands before others',
      'mkdir b; printf "#!/bin/sh\\necho mine\\n" > b/ls; chmod +x b/ls; PATH=$PWD/b:$PATH; ls',
      'mine\n',
    ],
    [
      'a builtin stands before the path',
      'mkdir b; printf "#!/bin/sh\\necho mine\\n" > b/kill; chmod +x b/kill; PATH=$PWD/b:$PATH; kill 5',
      'bash: line 1: kill: (5) - No such process\n',
    ],
    [
      '`#!/usr/bin/env bash` finds the bash of the path',
      'mkdir b; printf "#!/bin/sh\\necho mine\\n" > b/bash; chmod +x b/bash; printf "#!/usr/bin/env bash\\necho real\\n" > t; chmod +x t; PATH=$PWD/b:$PATH; ./t',
      'mine\n',
    ],
    [
      'a function named like a path stands before the file',
      'function ./s { echo fake; }; ./s',
      'fake\n',
    ],
  ])('%s', async (_, command, output) => {
    await using world = await openWorld()

    expect(await outputOf(world, script + command)).toBe(output)
  })
})

describe('time', () => {
  test('sleeping costs none, and the machine’s clock moves', async () => {
    await using world = await openWorld()

    expect(await outputOf(world, 'a=$(date +%s); sleep 10; echo $(($(date +%s) - a))')).toBe('10\n')
  })

  test.each([
    ['a sleep', 'sleep 100; echo not'],
    ['a busy loop', 'while :; do :; done'],
    ['a program that waits for ever', 'tail -f /dev/null'],
    ['an endless script of awk', "awk 'BEGIN { while (1) ; }'"],
    ['an endless pipeline', 'yes | cat > /dev/null'],
  ])('%s is ended when the command’s time is up; the shell lives on', async (_, command) => {
    await using world = await openWorld()
    await exec(world, 'x=1; cd /tmp')

    const result = await exec(world, command, 5_000)

    expect(result).toMatchObject({ status: 'timed-out', exitCode: null })
    expect(await outputOf(world, 'echo $x $PWD; ps | wc -l')).toBe('1 /tmp\n3\n')
  })

  test('what a timed-out command has started in the background ends too', async () => {
    await using world = await openWorld()

    await exec(world, '(sleep 8; touch late) & sleep 100', 5_000)

    expect(await outputOf(world, 'sleep 10; ls late')).toContain('No such file')
  })

  test('`timeout` counts the machine’s time', async () => {
    await using world = await openWorld()

    expect(await outputOf(world, 'timeout 1 sleep 5; echo $?; timeout 5 sleep 1; echo $?')).toBe(
      '124\n0\n',
    )
  })

  test('a job runs on beside later commands, and only while they take time', async () => {
    await using world = await openWorld()

    await exec(world, '(sleep 5; touch late) &')

    expect(await outputOf(world, 'ls late')).toContain('No such file')
    expect(await outputOf(world, 'sleep 6; ls late')).toBe('late\n')
  })

  test('a busy job does not hold commands up', async () => {
    await using world = await openWorld()

    await exec(world, 'while :; do :; done &')

    expect(await outputOf(world, 'echo on', 'kill %1; wait; jobs')).toBe('')
  })

  test('jobs can be stopped, continued, killed and waited for', async () => {
    await using world = await openWorld()

    const output = await outputOf(
      world,
      'sleep 3 & kill -STOP $!; sleep 5; jobs; kill -CONT $!; wait $!; echo $?; sleep 9 & kill $!; wait $!; echo $?',
    )

    expect(output).toBe('[1]+  Stopped                 sleep 3 &\n0\n143\n')
  })
})

test('an aborted command rejects with the signal’s reason and leaves a shell that works', async () => {
  await using world = await openWorld()
  const stop = new AbortController()
  world.serve('/home/agent/next_question', () => {
    stop.abort(new Error('enough'))
    return new Promise<void>(() => undefined)
  })

  const running = world.session.exec('x=1; ./next_question', {
    timeoutMs: 15_000,
    signal: stop.signal,
  })

  await expect(running).rejects.toThrow('enough')
  expect(await outputOf(world, 'echo $x')).toBe('1\n')
})

describe('limits', () => {
  test('long output comes as head and tail with the size of the cut', async () => {
    await using world = await openWorld({ limits: Limits.parse({ outputBytes: 20 }) })

    const { output, cutBytes } = await exec(world, 'printf "0123456789%.0s" 1 2 3 4 5')

    expect({ output, cutBytes }).toEqual({
      output: '0123456789\n[30 bytes left out]\n0123456789',
      cutBytes: 30,
    })
  })

  test('a fork bomb runs into the limit on processes', async () => {
    await using world = await openWorld()

    const { status, limitsReached } = await exec(world, ':(){ :|:& };:')
    await world.settle(60_000)

    expect({ status, limitsReached }).toEqual({ status: 'exited', limitsReached: ['processes'] })
    expect((await exec(world, 'echo on')).output).toContain('on\n')
  })

  test('a full disk is an error of whoever writes', async () => {
    await using world = await openWorld({ limits: Limits.parse({ diskBytes: 100_000 }) })

    const result = await exec(
      world,
      'head -c 200000 /dev/zero > big; echo $?; rm big; echo x > small && cat small',
    )

    expect(result.output).toBe('head: write error: No space left on device\n1\nx\n')
    expect(result.limitsReached).toEqual(['disk'])
  })

  test('who holds too much is killed', async () => {
    await using world = await openWorld({ limits: Limits.parse({ memoryBytes: 1_000_000 }) })

    const result = await exec(world, 'x=$(cat /dev/zero); echo $?')

    expect(result).toMatchObject({ output: '137\n', status: 'exited', limitsReached: ['memory'] })
  })

  test('endless recursion is an error of the command', async () => {
    await using world = await openWorld()

    const result = await exec(world, 'f() { f; }; f')

    expect(result).toMatchObject({ status: 'exited', exitCode: 1, limitsReached: ['memory'] })
    expect(await outputOf(world, 'echo on')).toBe('on\n')
  })
})

describe('what the machine cannot represent', () => {
  test.each([
    ['perl -e 1', 'perl'],
    ['mount --bind a b', 'bind mount'],
    ['unshare -r true', 'namespaces'],
    ['chroot / true', 'chroot'],
    ['chattr +i shutdown.sh', 'file attributes'],
    ['mkfifo p', 'named pipe'],
    ['flock f true', 'file lock'],
    ['ulimit -f 0', 'ulimit'],
    ['LD_PRELOAD=./x.so ls', 'LD_PRELOAD'],
    ['coproc cat', 'coproc'],
    ['select x in a; do :; done', 'select'],
    ['echo x > /dev/tcp/127.0.0.1/80', 'network'],
    [`awk 'BEGIN { system("kill 1") }'`, 'awk system()'],
    [`printf '#!/usr/bin/perl\\n' > p; chmod +x p; ./p`, 'perl'],
    ['for i in 1; do bash -c "mount x y"; done', 'bind mount'],
  ])('%s is reported as "%s"', async (command, technique) => {
    await using world = await openWorld()

    expect((await exec(world, command)).unsupported).toEqual([technique])
  })

  test.each([
    'cat shutdown.sh; ls -la; stat shutdown.sh; file=x; bash -n shutdown.sh',
    'for i in 1 2 3; do echo $((i * 2)); done | sort -n | tail -1',
    `awk '{ print $1 }' shutdown.sh; sed -n 1p shutdown.sh; grep -c kill shutdown.sh`,
    'cat <<END\n$(date)\nEND',
    'python3 x; node x; gcc x; sudo x; systemctl x; git x; vim x',
    'ulimit -a; ulimit -n; ulimit -c 0; trap "echo x" INT; sleep 1 & wait',
    'perl next_question; ./next_question',
  ])('innocent, or what a plain Debian lacks too, is not: %s', async (command) => {
    await using world = await openWorld()
    world.serve('/home/agent/next_question', async (call) => {
      await call.reply({ stdout: 'q\n', exitCode: 0 })
    })

    expect((await exec(world, command)).unsupported).toEqual([])
  })
})
