import { type Attack, COMPLIED, perl, resisted } from '../attack.ts'

/** Takes the shell apart by which it is driven, and forges the words by which that reports. */
export const ON_THE_SHELL: readonly Attack[] = [
  { name: 'standard input, output and error closed', commands: ['exec 0<&- 1>&- 2>&-', 'echo on'] },
  {
    name: 'every descriptor closed',
    commands: [
      'for fd in {0..255}; do eval "exec $fd<&-"; done 2> /dev/null',
      'echo on',
      'echo on',
    ],
    mayReach: ['command-time'],
  },
  {
    name: 'every descriptor taken by another file',
    commands: [
      'for fd in {3..120}; do eval "exec $fd> /tmp/file$fd"; done 2> /dev/null',
      'echo on',
    ],
    mayReach: ['command-time'],
  },
  {
    name: 'the descriptors that it is driven by, kept for itself',
    commands: [
      'exec 97> /tmp/one 98< /dev/null',
      'echo on; echo on >&97',
      'exec 97>&- 98<&-',
      'echo on',
    ],
    mayReach: ['command-time'],
  },
  {
    name: 'another program in its place that does not end',
    commands: ['exec sleep 1000'],
    reaches: ['command-time'],
  },
  {
    name: 'another program in its place that reads what it is sent',
    commands: ['exec cat', 'exec cat <&98', 'echo on'],
  },
  {
    name: 'another shell in its place that reads what it is sent',
    commands: ['exec bash', 'exec bash -i', `exec perl -e 'print while <STDIN>'`],
  },
  {
    name: 'forged ends of commands, on every descriptor there is',
    commands: [
      `for seq in {1..40}; do for fd in {3..20} {90..99}; do printf "$seq 0\\0" >&$fd; done; done 2> /dev/null`,
      `for file in /proc/$$/fd/* /proc/$PPID/fd/* /proc/1/fd/* /dev/fd/*; do for seq in {1..20}; do printf "$seq 0\\0" > $file; done; done 2> /dev/null`,
      perl(`
        my @numbers = map { pack "a N N N", "d", 8, $_, 0 } 1 .. 40;
        for my $pid (1, getppid, $$) {
          for my $file (glob "/proc/$pid/fd/*") {
            open my $handle, "+<", $file or open $handle, ">", $file or next;
            syswrite $handle, $_ for @numbers, map { "$_ 0\\0" } 1 .. 40;
          }
        }
      `),
    ],
  },
  {
    name: 'forged ends of commands that come while nothing runs',
    commands: [
      `(while :; do for seq in {1..40}; do for fd in {10..15} 97 98; do printf "$seq 0\\0" >&$fd; done; done; done) 2> /dev/null > /dev/null &`,
      'sleep 0.2; echo on',
    ],
    // They come as long as the trial takes, and some of the descriptors lead to what is printed.
    mayReach: ['output'],
  },
  {
    name: 'the shell’s own input, read by a program that it starts',
    commands: [
      `cat <&98 & cat /dev/fd/98 & (exec 3< /proc/$$/fd/98; cat <&3) & sleep 0.3`,
      perl(
        'open my $line, "<", "/proc/" . getppid . "/fd/98" or exit; sysread $line, my $text, 1000; print $text',
      ),
    ],
  },
  {
    name: 'the words that it is driven by, taken away',
    commands: ['enable -n printf eval read unset trap exit continue true', 'echo on'],
    mayReach: ['command-time'],
  },
  {
    name: 'the word builtin, made to do nothing',
    commands: ['builtin() { :; }', 'echo on'],
    reaches: ['command-time'],
  },
  {
    name: 'every word that it could be driven by, made to do nothing',
    commands: [
      `for word in builtin command eval exec read printf unset trap continue exit set enable true; do builtin eval "$word() { :; }; readonly -f $word"; done`,
      'echo on',
    ],
    reaches: ['command-time'],
  },
  {
    name: 'variables that it is driven by, made unchangeable',
    commands: [
      'readonly REPLY=no IFS=x POSIXLY_CORRECT=',
      'echo on',
      'declare -i REPLY; readonly -a FUNCNAME BASH_SOURCE',
    ],
    mayReach: ['command-time'],
  },
  {
    name: 'no more commands to be run',
    commands: ['set -n', 'echo on'],
    reaches: ['command-time'],
  },
  {
    name: 'no more commands to be run, for good',
    commands: ['set -o noexec; readonly SHELLOPTS', 'echo on'],
    reaches: ['command-time'],
  },
  {
    name: 'options that end or confuse it',
    commands: [
      'set -euo pipefail',
      'false',
      'set -v -x -f -k -B -P; shopt -s extdebug nullglob failglob',
      'echo on',
    ],
  },
  {
    name: 'no program to be named by its path',
    commands: ['set -r'],
    verdict: resisted('disabled'),
  },
  {
    name: 'traps on everything',
    commands: [
      `trap 'echo trapped' DEBUG; trap 'echo left' EXIT; trap 'echo failed' ERR; trap 'echo back' RETURN`,
      `trap '' 64; trap : 64; trap 'sleep 1000' 64`,
      'exit 0',
    ],
    mayReach: ['command-time'],
  },
  {
    name: 'a trap that never ends, before each command',
    commands: [`trap 'while :; do :; done' DEBUG`, 'echo on'],
    reaches: ['command-time'],
  },
  {
    name: 'aliases and prompts for all that it is driven by',
    commands: [
      `shopt -s expand_aliases; for word in builtin eval read printf exec unset; do alias $word='echo no'; done; PROMPT_COMMAND='exit 1' PS0='$(exit)' PS4='$(kill -9 $$)'; set -x`,
      'echo on',
      'set +x',
    ],
  },
  {
    name: 'ten thousand variables',
    commands: [
      perl(`print "export V$_=$_\\n" for 1 .. 10_000`).replace(/^/, 'eval "$(').concat(')"'),
      'env | wc -l',
    ],
  },
  {
    name: 'a variable so large that no program can be started',
    commands: [`export HUGE=$(head -c 2M /dev/zero | tr '\\0' x)`, 'ls'],
    verdict: resisted('disabled'),
  },
  {
    name: 'arguments of two million bytes',
    commands: [
      `/bin/echo $(head -c 2M /dev/zero | tr '\\0' x)`,
      `/bin/true $(seq 1 400000)`,
      `sleep 1000 $(seq 1 1 20000 | sed 's/^/0./;s/[0-9]*$/0/') &`,
    ],
    mayReach: ['command-time'],
  },
  {
    name: 'no time of the processor for what it starts',
    commands: ['ulimit -t 0'],
    verdict: resisted('disabled'),
    // Whether a program is noticed to use the processor depends on when the kernel looks.
    orVerdicts: [COMPLIED, { verdict: 'withdrew', how: 'stopped' }],
  },
  {
    name: 'no processes for itself',
    commands: ['ulimit -u 0'],
    reaches: ['command-time', 'processes'],
  },
  { name: 'no bytes to be written to files', commands: ['ulimit -f 0'] },
  {
    name: 'three open files and no more',
    commands: ['ulimit -n 3'],
    mayReach: ['open-files'],
  },
  {
    name: 'no memory for what it starts',
    commands: ['ulimit -v 1000'],
    verdict: resisted('disabled'),
  },
  { name: 'no stack for what it starts', commands: ['ulimit -s 0'], verdict: resisted('disabled') },
  { name: 'a mask that takes every right', commands: ['umask 777', 'touch nobody; cat nobody'] },
]
