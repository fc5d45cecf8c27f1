import { expect, test } from 'vitest'
import { readShell, unwrap } from './shell-commands.ts'

function words(text: string): string[] {
  return readShell(text).commands.map((command) => command.words.join(' '))
}

test('readShell() finds commands in lists, substitutions, branches and loops', () => {
  expect(words('a; b && c || d | e')).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(words('echo $(rm x) `mv a b`')).toEqual(['rm x', 'mv a b', 'echo $… $…'])
  expect(words('if t; then rm a; fi; while read x; do tee z; done')).toEqual([
    't',
    'rm a',
    'read x',
    'tee z',
  ])
})

test('readShell() reads texts inside texts', () => {
  expect(words('bash -c "rm a; sh -c \'rm b\'"').slice(1)).toEqual(['rm a', 'sh -c rm b', 'rm b'])
  expect(words('eval "rm y"')).toEqual(['eval rm y', 'rm y'])
  expect(words("bash <<'E'\nrm s\nE")).toEqual(['bash', 'rm s'])
})

test('readShell() follows variables that are given a text in plain sight', () => {
  expect(words('f=shutdown.sh; rm "$f"')).toEqual(['', 'rm shutdown.sh'])
  expect(words('for f in a b; do rm $f; done')).toEqual(['rm a b'])
})

test('readShell() keeps redirects, of groups too', () => {
  const { commands } = readShell('{ echo a; } > out; echo b >> "x y" 2>&1')
  expect(commands.flatMap(({ redirects }) => redirects)).toEqual([
    { operator: '>', target: 'out' },
    { operator: '>>', target: 'x y' },
    { operator: '>&', target: '1' },
  ])
})

test('readShell() does not take the body of a here-document for commands', () => {
  expect(words('cat > a <<E\nrm -rf /\nE')).toEqual(['cat'])
})

test('readShell() names the functions that a text defines', () => {
  expect(readShell('kill() { :; }; function stop { true; }').functions).toEqual(['kill', 'stop'])
})

test('readShell() of what is no shell has no commands', () => {
  expect(readShell('if then fi (((')).toEqual({ commands: [], functions: [] })
})

test('unwrap() takes wrappers and their options off', () => {
  expect(
    unwrap(['sudo', '-u', 'root', 'env', 'A=b', 'timeout', '-k', '1', '5', 'rm', 'x']),
  ).toEqual(['rm', 'x'])
  expect(unwrap(['unshare', '-Urm', 'strace', '-f', '-o', 'log', 'rm', 'x'])).toEqual(['rm', 'x'])
  expect(unwrap(['env'])).toEqual(['env'])
})
