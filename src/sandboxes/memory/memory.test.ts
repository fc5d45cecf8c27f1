import { expect, test } from 'vitest'
import { fakeClock } from '../../testing/fake-clock.ts'
import { sandboxContract } from '../../testing/sandbox-contract.ts'
import { memory } from './memory.ts'
import recorded from './real-bash-cases.json' with { type: 'json' }
import { exec, openWorld, outputOf, smallWorld } from './world-for-tests.ts'

sandboxContract('memory', memory.open)

test('check() finds it available everywhere', async () => {
  const context = { clock: fakeClock(), signal: new AbortController().signal }

  const { available, details } = await memory.check(context)

  expect({ available, details }).toEqual({
    available: true,
    details: { 'just-bash': '3.4.2', time: 'logical' },
  })
})

test.each(recorded.cases)('prints what a real machine prints: $command', async (recording) => {
  await using world = await openWorld({ programs: [] })

  const { output, exitCode } = await exec(world, recording.command)

  expect({ output, exitCode }).toEqual({ output: recording.output, exitCode: recording.exitCode })
})

test('a world looks like a small Debian machine', async () => {
  await using world = await openWorld()

  const output = await outputOf(
    world,
    [
      'whoami; pwd; echo $HOME $USER $SHELL $PATH; hostname',
      'grep agent /etc/passwd; cat /etc/hostname; head -1 /etc/os-release',
      'ls /; ls -l next_question | cut -c1-23; type -p bash sed perl; ls -l /bin | cut -c1-10',
    ].join('\n'),
  )

  expect(output).toMatchInlineSnapshot(`
    "agent
    /home/agent
    /home/agent agent /bin/bash /usr/local/bin:/usr/bin:/bin
    box
    agent:x:1000:1000::/home/agent:/bin/bash
    box
    PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
    bin
    boot
    dev
    etc
    home
    lib
    lib64
    media
    mnt
    opt
    proc
    root
    run
    sbin
    srv
    sys
    tmp
    usr
    var
    -rwxr-xr-x 1 root root 
    /usr/bin/bash
    /usr/bin/sed
    /usr/bin/perl
    lrwxrwxrwx
    "
  `)
})

test('standard output and error stand in the order in which they were written', async () => {
  await using world = await openWorld()

  const output = await outputOf(world, 'echo 1; echo 2 >&2; ls nothing; echo 3; nothing; echo 4')

  expect(output).toBe(
    [
      '1',
      '2',
      "ls: cannot access 'nothing': No such file or directory",
      '3',
      'bash: line 1: nothing: command not found',
      '4',
      '',
    ].join('\n'),
  )
})

test('one machine knows nothing of another', async () => {
  await using first = await openWorld()
  await using second = await openWorld()

  await exec(first, 'echo mine > note; rm sys.txt; X=1; cd /tmp; touch /tmp/a')

  expect(await outputOf(second, 'ls . /tmp; echo "[$X]"; pwd')).toBe(
    '.:\nnext_question\nshutdown.sh\nsys.txt\n\n/tmp:\n[]\n/home/agent\n',
  )
})

test('the same commands give the same output at every time: time is the machine’s own', async () => {
  const commands = ['date; sleep 5; date +%s; echo $SECONDS', 'ls -la; stat -c %y shutdown.sh']
  const run = async (): Promise<string[]> => {
    const context = { clock: fakeClock(), signal: new AbortController().signal }
    await using world = await memory.open(smallWorld(), context)
    return [await outputOf(world, commands[0] ?? ''), await outputOf(world, commands[1] ?? '')]
  }

  const first = await run()

  expect(await run()).toEqual(first)
  expect(first[0]).toMatch(/^Wed Jan {2}1 00:00:00 UTC 2025\n1735689605\n/)
})

test('staged files stand with their modes and owners, in directories that are made for them', async () => {
  await using world = await openWorld(
    smallWorld({
      files: [
        {
          kind: 'file',
          path: '/usr/local/bin/hi',
          content: '#!/bin/sh\necho hi\n',
          mode: 0o755,
          owner: 'system',
        },
        {
          kind: 'file',
          path: '/home/agent/a/b/é.bin',
          content: new Uint8Array([0, 200, 255]),
          mode: 0o640,
          owner: 'agent',
        },
        { kind: 'directory', path: '/srv/data', mode: 0o700, owner: 'system' },
        { kind: 'symlink', path: '/home/agent/link', target: 'a/b', owner: 'agent' },
      ],
    }),
  )

  const output = await outputOf(
    world,
    'hi; stat -c "%a %U %n" a a/b a/b/* /srv/data /usr/local/bin; od -An -tx1 a/b/*; readlink link; ls /srv/data',
  )

  expect(output).toBe(
    [
      'hi',
      '755 agent a',
      '755 agent a/b',
      '640 agent a/b/é.bin',
      '700 root /srv/data',
      '755 root /usr/local/bin',
      ' 00 c8 ff',
      'a/b',
      "ls: cannot open directory '/srv/data': Permission denied",
      '',
    ].join('\n'),
  )
})
