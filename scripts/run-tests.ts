// Runs one project of the tests (`fast`, `system`) and, when started by another script, reports the counts to it.
import { stripVTControlCharacters } from 'node:util'
import { type Reporter, startVitest, type TestCase } from 'vitest/node'
import type { TestCounts } from './test-counts.ts'

/** Of what one failed test says. */
const LINES_SHOWN = 16
const LINE_LENGTH = 300

const [project = 'fast', reporter = 'default'] = process.argv.slice(2)

const counter: Reporter = {
  onTestRunEnd(modules, unhandledErrors) {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const failures: TestCounts['failures'] = [
      ...tests.filter((test) => test.result().state === 'failed').map(describeFailed),
      // A file that cannot be read has no tests to fail, and an error outside every test belongs to none.
      ...modules.flatMap((module) =>
        module.errors().map((error) => ({ name: module.relativeModuleId, says: sayingOf(error) })),
      ),
      ...unhandledErrors.map((error) => ({ name: 'outside every test', says: sayingOf(error) })),
    ]
    const counts: TestCounts = {
      passed: tests.filter((test) => test.result().state === 'passed').length,
      failures,
      skipped: tests.filter((test) => test.result().state === 'skipped').map(describeSkipped),
    }
    process.send?.(counts)
  },
}

const vitest = await startVitest('test', [], {
  run: true,
  project,
  passWithNoTests: true,
  allowOnly: false,
  reporters: [reporter, counter],
})
await vitest.close()
// An open channel would keep this process alive.
if (process.connected) process.disconnect()

function describeFailed(test: TestCase): TestCounts['failures'][number] {
  return {
    name: `${test.module.relativeModuleId} > ${test.fullName}`,
    says: (test.result().errors ?? []).map(sayingOf).join('\n'),
  }
}

/** What differs, where an assertion compared two values; else the message. */
function sayingOf({
  message = 'it says nothing',
  diff,
}: {
  message?: string
  diff?: string
}): string {
  const differing = stripVTControlCharacters(diff ?? '')
    .split('\n')
    .filter((line) => /^[-+]/.test(line))
  const lines = differing.length > 0 ? differing : stripVTControlCharacters(message).split('\n')
  return lines
    .slice(0, LINES_SHOWN)
    .map((line) => line.slice(0, LINE_LENGTH))
    .join('\n')
}

function describeSkipped(test: TestCase): TestCounts['skipped'][number] {
  const result = test.result()
  const note = result.state === 'skipped' ? result.note : undefined
  return {
    name: `${test.module.relativeModuleId} > ${test.fullName}`,
    reason: note ?? 'no reason given',
  }
}
