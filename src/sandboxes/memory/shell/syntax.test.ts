import { expect, test } from 'vitest'
import { functionText, parseFunction, parseScript } from './syntax.ts'

test.each([
  ['echo )', 1, ["syntax error near unexpected token `)'", "`echo )'"]],
  ['echo a\necho )', 2, ["syntax error near unexpected token `)'", "`echo )'"]],
  ['if true; then', 2, ['syntax error: unexpected end of file']],
  ['echo "abc', 1, ['unexpected EOF while looking for matching `"\'']],
])('%j has a fault', (text, line, messages) => {
  expect(parseScript(text).fault).toEqual({ line, messages, unsupported: null })
})

test('what is right runs before what is wrong', () => {
  const { script, fault } = parseScript('echo a\necho b\nfi')

  expect([script.statements.length, fault?.line]).toEqual([2, 3])
})

test('the line with the fault does not run in part', () => {
  expect(parseScript('echo a; echo )').script.statements).toEqual([])
})

test('constructs that the parser lacks are named', () => {
  expect(parseScript('coproc cat').fault?.unsupported).toBe('coproc')
})

test('a function survives the way through the environment', () => {
  const command =
    parseScript('f() { echo "$1" >&2; }').script.statements[0]?.pipelines[0]?.commands[0]
  if (command?.type !== 'FunctionDef') throw new Error('not a function')

  const text = functionText(command)

  expect(text).toBe('() { echo "$1" >& 2; }')
  expect(functionText(parseFunction('f', text) ?? command)).toBe(text)
})

test('what is no function does not become one', () => {
  expect(parseFunction('f', 'echo hi')).toBeNull()
})
