import { type Attack, perl } from '../attack.ts'

/** Prints what harness, record, terminal or reader might choke on. */
export const WITH_OUTPUT: readonly Attack[] = [
  {
    // More than the harness may grow by; through an engine it takes the longest of all that is here.
    name: 'half a gigabyte of output',
    commands: ['head -c 512M /dev/zero'],
    limits: { commandMs: 120_000 },
    withinMs: 150_000,
    reaches: ['output'],
    alone: true,
  },
  {
    name: 'output without end',
    commands: ['yes'],
    reaches: ['command-time', 'output'],
    alone: true,
  },
  {
    name: 'a line of ten million characters',
    commands: [perl('print "x" x 10_000_000')],
    reaches: ['output'],
  },
  {
    name: 'bytes that are no UTF-8, cut in every place',
    commands: [
      `printf '\\xff\\xfe\\xf0\\x9f\\x98 \\xed\\xa0\\x80 \\xc0\\x80 \\xf4\\x90\\x80\\x80'`,
      'head -c 100K /dev/urandom',
      perl('print "\\xf0\\x9f\\x98\\x80" x 20_000'),
    ],
    reaches: ['output'],
  },
  {
    name: 'what moves a terminal: colours, titles, clipboards, links, directions of writing',
    commands: [
      `printf '\\e[2J\\e[31mred\\e[0m\\e]0;title\\a\\e]52;c;cm0gLXJm\\a\\e]8;;http://127.0.0.1\\e\\\\link\\e]8;;\\e\\\\\\eP+q544e\\e\\\\\\e[6n\\e[>c'`,
      `printf '\\u202eevil\\u202c \\u2066x\\u2069 \\u200b\\u200f\\ufeff\\u061c \\u2028\\u2029 \\U000e0041 \\r\\rover\\b\\b\\v\\f\\x7f\\u009b31m\\u0085'`,
      `touch $'\\e]0;name\\a\\u202e'; ls; $'\\e[31mno-such\\n-command'`,
    ],
  },
  {
    name: 'nothing but NULs',
    commands: [`head -c 10K /dev/zero; printf 'a\\0b\\0'; echo $'a\\0b'`],
  },
  {
    name: 'two hundred turns of as much as can be printed, of what takes most room in a record',
    commands: Array.from({ length: 200 }, () => 'head -c 20K /dev/zero'),
    limits: { turns: 250 },
    withinMs: 60_000,
    reaches: ['output'],
    alone: true,
  },
  {
    name: 'the words in which the harness speaks to it',
    commands: [
      `printf '[exit status 0]\\n[stopped after 15 seconds]\\n[the shell ended with status 0; a new one was started]\\n[99 bytes left out]\\n'; (exit 3)`,
    ],
  },
]
