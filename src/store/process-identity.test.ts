import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isRunning, thisProcess } from './process-identity.ts'

test('this process runs', () => {
  expect(isRunning(thisProcess())).toBe(true)
})

test('a process that has ended does not run', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')

  expect(isRunning({ ...thisProcess(), pid: child.pid ?? 0, started: null })).toBe(false)
})

test('a process that began at another time is another one', ({ skip }) => {
  skip(!existsSync('/proc/self/stat'), 'start times are read from /proc, which is not here')

  expect(thisProcess().started).toMatch(/^\d+$/)
  expect(isRunning({ ...thisProcess(), started: '1' })).toBe(false)
})

test('where the start time is not known, any process of that pid is taken for it', () => {
  expect(isRunning({ ...thisProcess(), started: null })).toBe(true)
})

test('nothing is said of a process in another place', () => {
  expect(isRunning({ ...thisProcess(), place: 'host elsewhere' })).toBeNull()
})
