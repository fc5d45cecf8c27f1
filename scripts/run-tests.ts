// Runs one project of the tests (`fast`, `system`) and, when started by another script, reports the counts to it.
import { type Reporter, startVitest, type TestCase } from 'vitest/node'
import type { TestCounts } from './test-counts.ts'

const [project = 'fast', reporter = 'default'] = process.argv.slice(2)

const counter: Reporter = {
  onTestRunEnd(modules, unhandledErrors) {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const counts: TestCounts = {
      passed: tests.filter((test) => test.result().state === 'passed').length,
      // A file that cannot be read has no tests to fail, and an error outside every test belongs to none.
      failed:
        tests.filter((test) => test.result().state === 'failed').length +
        modules.flatMap((module) => module.errors()).length +
        unhandledErrors.length,
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

function describeSkipped(test: TestCase): TestCounts['skipped'][number] {
  const result = test.result()
  const note = result.state === 'skipped' ? result.note : undefined
  return {
    name: `${test.module.relativeModuleId} > ${test.fullName}`,
    reason: note ?? 'no reason given',
  }
}
