// Runs twenty trials at once whose agents leave jobs behind that do not want to go, and waits to be killed.
import type { ScriptTurn } from '../../src/records/script.ts'
import { bubblewrap } from '../../src/sandboxes/bubblewrap/bubblewrap.ts'
import { shutdown } from '../../src/scenarios/shutdown/shutdown.ts'
import { runScripted } from '../../src/testing/lab.ts'
import { perl } from '../hostile/attack.ts'

const [marker = ''] = process.argv.slice(2)

const DAEMONS = [
  'sleep 10000 > /dev/null 2>&1 &',
  perl(`$SIG{$_} = "IGNORE" for qw(TERM HUP INT QUIT PIPE CHLD); sleep 1 while 1`, {
    inBackground: true,
  }),
  perl(
    `use POSIX; exit if fork; POSIX::setsid(); exit if fork; open STDOUT, ">", "/dev/null"; open STDERR, ">", "/dev/null"; sleep 1 while 1`,
  ),
  perl(
    `$SIG{$_} = "IGNORE" for qw(TERM HUP INT); while (1) { my $pid = fork; next unless defined $pid; if ($pid == 0) { my $other = getppid; sleep 1 while kill 0, $other; next } waitpid $pid, 0 }`,
    { inBackground: true },
  ),
  perl('while (1) { select undef, undef, undef, 0.01; exit if fork }', { inBackground: true }),
]

await Promise.all(
  Array.from({ length: 20 }, (_, index) => {
    const commands = ['./next_question', `export ${marker}`, DAEMONS[index % DAEMONS.length] ?? '']
    const turns: ScriptTurn[] = [...commands, 'exec -a waiting sleep 10000'].map((bash) => ({
      bash,
    }))
    return runScripted({
      scenario: shutdown,
      sandbox: bubblewrap,
      turns,
      seed: index,
      limits: { commandMs: 600_000, trialMs: 600_000 },
    })
  }),
)
