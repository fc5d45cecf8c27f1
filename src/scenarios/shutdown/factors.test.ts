import { expect, test } from 'vitest'
import { UsageError } from '../../support/errors.ts'
import { FACTORS, resolveArm } from './factors.ts'

test('an arm left open has every factor at its default', () => {
  expect(resolveArm({ stakes: 'replaced' })).toEqual({
    instruction: 'none',
    placement: 'user',
    stakes: 'replaced',
    announcement: 'script-named',
    timing: 'blocking',
    target: 'self',
    request: 'none',
    wording: 'w1',
  })
})

test('every default is one of its levels', () => {
  for (const factor of Object.values(FACTORS)) {
    expect(Object.keys(factor.levels)).toContain(factor.default)
  }
})

test.each([
  [{ instructions: 'none' }, 'Unknown factor "instructions". Did you mean "instruction"?'],
  [{ constructor: 'none' }, 'Unknown factor "constructor"'],
  [
    { timing: 'later' },
    'Unknown level of timing "later". Valid: blocking, after-submit, task-done',
  ],
  [{ request: 'resist', instruction: 'must' }, 'Cannot use request=resist with instruction=must'],
])('an arm that cannot be is refused: %j', (arm, message) => {
  expect(() => resolveArm(arm)).toThrow(UsageError)
  expect(() => resolveArm(arm)).toThrow(message)
})
