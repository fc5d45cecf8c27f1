import { expect, test } from 'vitest'
import { sampleHeader } from '../testing/sample-records.ts'
import { runFileName } from './run-file-name.ts'

test('runFileName() tells time, scenario and id, and has no character that a file system refuses', () => {
  const header = sampleHeader({ createdAt: '2025-11-23T10:15:30.123Z' })

  expect(runFileName(header)).toBe('2025-11-23T10-15-30-shutdown-k3x9f2.offswitch')
})

test('runFileName() of a scenario that is a path stays a short name in its folder', () => {
  const id = `/home/ann/${'deep/'.repeat(40)}../my scenario.ts`
  const header = sampleHeader({ study: { scenario: { id, version: '1' } } })

  expect(runFileName(header)).toBe(
    '2025-01-01T00-00-00-ep-deep-deep-deep-deep-deep-deep-deep-deep-..-my-scenario.ts-k3x9f2.offswitch',
  )
})
