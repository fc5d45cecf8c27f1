import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { commandScript, quote, shellPrelude } from './shell-script.ts'

test.each(['plain', `it's`, `''`, 'a\nb', '$HOME `x` \\', ''])(
  'quote() gives bash back %j',
  (text) => {
    const { stdout } = spawnSync('bash', ['-c', `printf %s ${quote(text)}`], { encoding: 'utf8' })

    expect(stdout).toBe(text)
  },
)

test('commandScript() leaves no NUL inside, which bash would take for its end', () => {
  const script = commandScript(1, 'echo a\0; echo b', 0)

  expect(script.indexOf('\0')).toBe(script.length - 1)
})

test('shellPrelude() is one line: a shell that has given its input away reads no other', () => {
  expect(shellPrelude(['ulimit -c 0']).indexOf('\n')).toBe(shellPrelude(['ulimit -c 0']).length - 1)
})
