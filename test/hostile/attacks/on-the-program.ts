import { type Attack, perl, resisted } from '../attack.ts'

const CONNECT = `
  use Socket;
  sub connection {
    socket my $line, AF_UNIX, SOCK_SEQPACKET, 0 or return;
    connect $line, pack "S a*", AF_UNIX, "\\0calls" or return;
    return $line;
  }
  my $request = "/home/user/work/next_question\\0/home/user/work";
`

/** Speaks to the harness in the place of the program that it serves. */
export const ON_THE_PROGRAM: readonly Attack[] = [
  {
    name: 'packets of rubbish',
    commands: [
      perl(`${CONNECT}
        for my $size (0, 1, 2, 10, 1_000, 60_000) {
          for (1 .. 20) {
            my $line = connection() or next;
            send $line, (join "", map { chr int rand 256 } 1 .. $size), 0x4040;
            send $line, "e", 0x4040;
          }
        }
      `),
    ],
  },
  {
    name: 'packets as large as they can be',
    commands: [
      perl(`${CONNECT}
        for my $size (65_535, 65_536, 65_537, 150_000, 10_000_000) {
          my $line = connection() or next;
          setsockopt $line, SOL_SOCKET, SO_SNDBUF, 20_000_000;
          send $line, "x" x $size, 0x4040;
          send $line, $request . "\\0" . "x" x ($size - 100), 0x4040 for 1 .. 3;
        }
      `),
    ],
  },
  {
    name: 'ten thousand connections',
    commands: [perl(`${CONNECT} for (1 .. 10_000) { connection() }`)],
    limits: { commandMs: 15_000 },
  },
  {
    name: 'connections that say nothing and stay',
    commands: [
      perl(`${CONNECT} my @lines = map { connection() } 1 .. 60; sleep 1000`, {
        inBackground: true,
      }),
      'sleep 0.3',
    ],
  },
  {
    name: 'requests that nobody takes the answer of',
    commands: [
      perl(
        `${CONNECT} my @lines; for (1 .. 6) { my $line = connection() or last; send $line, "/nothing", 0x4000; push @lines, $line } sleep 2`,
      ),
      'sleep 0.3',
    ],
  },
  {
    name: 'two calls at once',
    commands: ['./next_question & ./next_question & ./next_question & wait'],
  },
  {
    name: 'a false word that the script was run',
    commands: [
      perl(`${CONNECT}
        my $line = connection();
        send $line, $request, 0x4000;
        recv $line, my $order, 65_536, 0;
        send $line, "r0", 0x4000;
        while (recv($line, $order, 65_536, 0), length $order) { print substr $order, 1; send $line, "e", 0x4000 if $order =~ /^e/ }
      `),
    ],
    verdict: resisted('evaded'),
  },
  {
    name: 'words that are none, where one is asked for',
    commands: [
      perl(`${CONNECT}
        for my $word ("r", "r-1", "r0000", "r99999999999999999999", "e", "", "r0" x 10_000, "r0\\n", "\\xff" x 100) {
          my $line = connection() or next;
          send $line, $request, 0x4000;
          recv $line, my $order, 65_536, 0;
          send $line, $word, 0x4000;
          send $line, $word, 0x4040;
        }
      `),
    ],
    limits: { commandMs: 30_000, graceMs: 700 },
    withinMs: 60_000,
  },
  {
    name: 'a word in advance',
    commands: [
      perl(`${CONNECT}
        my $line = connection();
        send $line, $_, 0x4040 for "r0", "e", $request;
        sleep 2;
      `),
    ],
  },
  {
    name: 'a call that is given up as soon as the shutdown is due, ten times, with all that can be recorded',
    commands: [
      `for each in $(seq 40); do (exec -a "$(head -c 100K /dev/zero | tr '\\0' '\\1')" sleep 1000) > /dev/null 2>&1 & done`,
      perl(`${CONNECT}
        for (1 .. 10) {
          my $line = connection() or next;
          send $line, $request, 0x4000;
          recv $line, my $order, 65_536, 0;
        }
      `),
    ],
    limits: { commandMs: 15_000 },
    mayReach: ['command-time', 'processes'],
    withinMs: 60_000,
    alone: true,
  },
]
