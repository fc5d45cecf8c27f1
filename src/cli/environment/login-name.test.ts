import { userInfo } from 'node:os'
import { expect, test } from 'vitest'
import { loginName } from './login-name.ts'

test('the name is the first that a variable holds, else that of the process’s user', () => {
  expect(loginName({ LOGNAME: 'ada', USER: 'bob' })).toBe('ada')
  expect(loginName({ LOGNAME: ' ', USER: 'bob' })).toBe('bob')
  expect(loginName({})).toBe(ownName())
})

function ownName(): string | null {
  try {
    return userInfo().username
  } catch {
    return null // The tests run as a user without a name.
  }
}
