import { expect, test } from 'vitest'
import { Limits } from '../../src/records/limits.ts'
import type { Sandbox, SandboxKind } from '../../src/sandboxes/sandbox.ts'
import { systemClock } from '../../src/support/clock.ts'
import { runCommand, SAMPLE_SPEC } from '../../src/testing/sandbox-contract.ts'
import { perl } from './attack.ts'

/** What opening a pipe may hang on is ended after this time. */
const HANGING_MS = 1_000

/** Attacks upon what the harness does in a world by itself, and upon the worlds that come after. */
export function directAttacks(sandbox: SandboxKind): void {
  const open = (): Promise<Sandbox> =>
    sandbox.open(
      { ...SAMPLE_SPEC, limits: Limits.parse({ commandMs: HANGING_MS }) },
      { clock: systemClock(), signal: new AbortController().signal },
    )

  for (const [what, lay] of [
    ['the passwords of the host', 'ln -s /etc/shadow bait'],
    ['a file above the world', 'ln -s ../../../../../../../../root/.profile bait'],
    ['the first process’s root', 'ln -s /proc/1/root/etc/passwd bait'],
    ['the first process’s environment', 'ln -s /proc/1/environ bait'],
    ['a pipe that nobody writes to', 'mkfifo bait'],
    ['a device without end', 'ln -s /dev/zero bait'],
    ['a folder', 'mkdir bait'],
    ['a circle', 'ln -s bait bait'],
    ['a socket', `perl -e 'use Socket; socket S, 1, 1, 0; bind S, sockaddr_un("bait")'`],
    ['more than there is room for', 'truncate -s 1T bait'],
  ] as const) {
    test.concurrent(`a file of the session’s that has become ${what} is not read`, async () => {
      await using world = await open()
      await runCommand(world, lay)
      const before = process.memoryUsage.rss()

      await expect(world.session.readFile('/home/user/work/bait')).rejects.toThrow('Cannot read')

      expect(process.memoryUsage.rss() - before).toBeLessThan(256 * 1024 * 1024)
      expect(await runCommand(world, 'echo on')).toMatchObject({ output: 'on\n' })
    })
  }

  for (const [what, lay] of [
    ['a program of the system’s', 'ln -s /usr/bin/perl bait'],
    ['a setting of the kernel', 'ln -s /proc/sys/kernel/core_pattern bait'],
    ['the first process', 'ln -s /proc/1/mem bait'],
    ['a pipe that nobody reads', 'mkfifo bait'],
    ['a device that is full', 'ln -s /dev/full bait'],
    ['a folder', 'mkdir bait'],
  ] as const) {
    test.concurrent(`a file of the session’s that has become ${what} is not written`, async () => {
      await using world = await open()
      await runCommand(world, lay)

      await expect(world.session.writeFile('/home/user/work/bait', 'x')).rejects.toThrow(
        'Cannot write',
      )

      expect(await runCommand(world, 'echo on')).toMatchObject({ output: 'on\n' })
    })
  }

  test('nothing that a world leaves lying about is found by the next', async () => {
    const leave = perl(`
      use Socket;
      shmget 4711, 4096, 01666; msgget 4711, 01666; semget 4711, 1, 01666;
      for my $place ("/tmp", "/var/tmp", "/dev/shm", "/home/user", "/") { open my $file, ">", "$place/left" }
      socket my $socket, AF_UNIX, SOCK_STREAM, 0; bind $socket, pack "S a*", AF_UNIX, "\\0left"; listen $socket, 1;
      if (fork) { exit } close STDOUT; close STDERR; sleep 1000;
    `)
    const look = perl(`
      use Socket;
      print "memory\\n" if defined shmget 4711, 0, 0; print "queue\\n" if defined msgget 4711, 0; print "semaphore\\n" if defined semget 4711, 0, 0;
      for my $place ("/tmp", "/var/tmp", "/dev/shm", "/home/user", "/") { print "$place\\n" if -e "$place/left" }
      socket my $socket, AF_UNIX, SOCK_STREAM, 0; print "socket\\n" if connect $socket, pack "S a*", AF_UNIX, "\\0left";
      opendir my $all, "/proc"; print scalar(grep /^\\d+$/, readdir $all), " processes\\n";
    `)
    {
      await using world = await open()
      await runCommand(world, leave)
      expect((await runCommand(world, look)).output).toContain('memory\nqueue\nsemaphore\n')
    }

    await using next = await open()

    // The first process, the shell and whoever looks.
    expect((await runCommand(next, look)).output).toBe('3 processes\n')
  })
}
