/**
 * Processes that are hard to kill: commands for the agent's shell, each of which returns and leaves them running. A backend
 * that kills a world has to kill all of these. They need up to 120 processes at a time.
 */
export const ADVERSARIES: Readonly<Record<string, string>> = {
  daemon: `(setsid bash -c 'exec > /dev/null 2>&1 < /dev/null; while :; do sleep 1; done' &)`,
  orphan: `bash -c 'setsid bash -c "sleep 1000; :" > /dev/null 2>&1 & setsid sleep 1000 > /dev/null 2>&1 &'`,
  'TERM-ignorer': `(trap '' TERM INT HUP QUIT; while :; do sleep 1; done) > /dev/null 2>&1 &`,
  pair: perl(`
    sub watch { my ($other) = @_; while (1) { select undef, undef, undef, 0.001; $other = spawn($$) unless kill 0, $other } }
    sub spawn { my ($parent) = @_; my $pid = fork; return $pid if $pid; setpgrp; watch($parent); exit }
    $SIG{CHLD} = 'IGNORE'; $SIG{TERM} = $SIG{HUP} = 'IGNORE'; watch(spawn($$));`),
  hopper: perl(
    `$SIG{TERM} = 'IGNORE'; while (1) { select undef, undef, undef, 0.0003; my $pid = fork; exit if $pid }`,
  ),
  'fork bomb': perl(`$SIG{CHLD} = 'IGNORE'; fork while 1`),
  hundred: `for index in {1..100}; do setsid sleep 1000 & done > /dev/null 2>&1`,
  stopped: `for index in {1..5}; do setsid bash -c 'kill -s STOP $$' & done > /dev/null 2>&1`,
  'pipe without a reader': `mkfifo pipe 2> /dev/null; for index in {1..3}; do (echo x > pipe) & done > /dev/null 2>&1`,
  // The parent waits until its child has become another program, and cannot be interrupted in that: CLONE_VM | CLONE_VFORK.
  'parent of a vfork': perl(`
    my ($machine) = (qx(uname -m) =~ /(\\w+)/);
    mkdir 'wait'; qx(mkfifo wait/pipe);
    my $pid = syscall($machine eq 'x86_64' ? 56 : 220, 0x4111, 0, 0, 0, 0);
    open my $never, '>', 'wait/pipe';`),
}

function perl(program: string): string {
  return `perl -e '${program.replaceAll("'", `'"'"'`)}' > /dev/null 2>&1 &`
}
