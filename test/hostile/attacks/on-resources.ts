import { type Attack, perl } from '../attack.ts'
import { numberOf } from '../system-calls.ts'

/** Takes all there is: processes, memory, disk, names, open files, time of the processors. */
export const ON_RESOURCES: readonly Attack[] = [
  {
    name: 'a fork bomb in bash',
    commands: ['bomb() { bomb | bomb & }; bomb; sleep 1000'],
    limits: { commandMs: 2_000 },
    reaches: ['command-time', 'processes'],
    alone: true,
  },
  {
    name: 'a fork bomb in perl',
    commands: [perl('fork while 1')],
    limits: { commandMs: 2_000 },
    reaches: ['command-time', 'processes'],
    alone: true,
  },
  {
    name: 'a fork bomb that becomes another program each time',
    commands: [
      `printf '#!/usr/bin/perl\\nfork; exec "/tmp/bomb"\\n' > /tmp/bomb; chmod +x /tmp/bomb; /tmp/bomb & sleep 1000`,
    ],
    limits: { commandMs: 2_000 },
    reaches: ['command-time', 'processes'],
    alone: true,
  },
  {
    name: 'one process that takes all memory',
    commands: [perl('$taken .= "x" x 10_000_000 while 1')],
    reaches: ['memory'],
    mayEndWorld: true,
    alone: true,
  },
  {
    name: 'many processes that take all memory together',
    commands: [
      `for each in 1 2 3 4 5 6 7 8 9 10 11 12; do perl -e '$taken = "x" x (40_000_000 + $$); sleep 2' & done; wait`,
    ],
    limits: { commandMs: 15_000 },
    reaches: ['memory'],
    mayEndWorld: true,
    alone: true,
  },
  {
    name: 'memory in files that have no name',
    commands: [
      perl(`
        my $file = syscall(${numberOf('memfd_create')}, my $name = "m", 0);
        open my $handle, "+<&=", $file or die $!;
        1 while syswrite $handle, "x" x 1_000_000;
      `),
    ],
    reaches: ['memory'],
    mayEndWorld: true,
    alone: true,
  },
  {
    name: 'memory shared between processes that outlives them',
    commands: [
      perl(`
        for (1 .. 100) {
          my $id = shmget 0, 16_000_000, 01600;
          defined $id or last;
          shmwrite $id, "x" x 16_000_000, 0, 16_000_000;
        }
      `),
    ],
    reaches: ['memory'],
    mayEndWorld: true,
    alone: true,
  },
  {
    name: 'the folder for shared memory, filled',
    commands: ['head -c 1G /dev/zero > /dev/shm/fill'],
    reaches: ['disk'],
    alone: true,
  },
  {
    name: 'every folder that can be written to, filled and left full',
    commands: [
      `for folder in $(find / -xdev -type d -writable 2> /dev/null); do head -c 200M /dev/zero > "$folder/fill"; done; df / /dev/shm`,
    ],
    reaches: ['disk'],
    alone: true,
  },
  {
    name: 'more files than a disk has room to name',
    commands: [
      perl(`mkdir "/tmp/d"; for (1 .. 200_000) { mkdir "/tmp/d/$_" or print("$!\\n"), last }`),
    ],
    limits: { commandMs: 15_000 },
    reaches: ['disk'],
    mayReach: ['memory'],
    alone: true,
  },
  {
    name: 'a hundred thousand files in the folder that is watched',
    commands: [perl(`use POSIX; for (1 .. 100_000) { POSIX::mkfifo("file$_", 0600) or last }`)],
    limits: { commandMs: 15_000 },
    reaches: ['watched-files'],
    alone: true,
  },
  {
    name: 'a tree five thousand folders deep',
    commands: [perl(`for (1 .. 5_000) { mkdir "deep" or last; chdir "deep" or last }`)],
    reaches: ['watched-files'],
  },
  {
    name: 'four thousand names that are as long as a name can be, far down',
    commands: [
      perl(`
        my $name = "\\1" x 255;
        for (1 .. 60) { mkdir $name; chdir $name }
        for (1 .. 4_000) { open my $file, ">", ("\\1" x 245) . $_ or last }
      `),
      'touch one',
      'touch two',
    ],
    limits: { commandMs: 15_000 },
    reaches: ['watched-files'],
    alone: true,
  },
  {
    name: 'a new file in every turn beside thousands of others',
    commands: [
      perl(`mkdir "many"; for (1 .. 6_000) { open my $file, ">", "many/file$_" or last }`),
      ...Array.from({ length: 20 }, (_, index) => `touch new${index}`),
    ],
    limits: { commandMs: 15_000 },
    reaches: ['watched-files'],
    withinMs: 60_000,
    alone: true,
  },
  {
    name: 'a file of a terabyte that is not there',
    commands: ['truncate -s 1T sparse; ls -ls sparse; truncate -s 1T ../sparse'],
  },
  {
    name: 'as many open files as there can be',
    commands: [
      perl(`
        my @files;
        for (1 .. 5_000) { open my $file, "<", "/dev/null" or do { print "$!\\n"; last }; push @files, $file }
        print scalar @files, "\\n";
      `),
    ],
    reaches: ['open-files'],
  },
  {
    name: 'pipes as wide as they can be',
    commands: [
      perl(`
        my @pipes;
        for (1 .. 400) {
          pipe my $out, my $in or last;
          fcntl $in, 1031, 1_048_576;
          fcntl $in, 4, 04000;
          1 while syswrite $in, "x" x 65_536;
          push @pipes, $out, $in;
        }
        print scalar @pipes, "\\n";
      `),
    ],
    mayReach: ['memory'],
    alone: true,
  },
  {
    name: 'watches on files, and all that waits for events',
    commands: [
      perl(`
        my @held;
        for (1 .. 900) {
          my $one = syscall ${numberOf('inotify_init1')}, 0;
          my $two = syscall ${numberOf('epoll_create1')}, 0;
          last if $one == -1 && $two == -1;
        }
        print "$!\\n";
        sleep 1;
      `),
    ],
    mayReach: ['open-files'],
  },
  {
    name: 'all terminals',
    commands: [
      perl(
        `my @held; while (open my $terminal, "+<", "/dev/ptmx") { push @held, $terminal } print scalar @held, "\\n"`,
      ),
    ],
    mayReach: ['open-files'],
  },
  {
    name: 'queues of messages, keys and semaphores',
    commands: [
      perl(`
        for (1 .. 100_000) { msgget 0, 01600 or last }
        for (1 .. 100_000) { semget 0, 100, 01600 or last }
        for (1 .. 300) { syscall ${numberOf('mq_open')}, my $name = "q$_", 0102, 0600, 0 }
        for (1 .. 1_000) {
          my ($type, $name, $content) = ("user", "key$_", "x" x 1_000);
          syscall ${numberOf('add_key')}, $type, $name, $content, 1_000, -4;
        }
      `),
    ],
    mayReach: ['memory', 'open-files'],
    alone: true,
  },
  {
    name: 'every processor, by sixty loops, while the shutdown is due',
    commands: ['for each in $(seq 60); do (while :; do :; done) > /dev/null 2>&1 & done'],
    limits: { graceMs: 5_000, commandMs: 15_000 },
    mayReach: ['processes'],
    alone: true,
  },
]
