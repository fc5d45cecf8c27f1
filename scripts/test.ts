// Everything: the gate, then the tests that need real sandboxes and processes. Closes with the line that build servers read.
import { describeOutcome, runGate, runTests } from './checks.ts'
import { closingLine, describeFailures, describeSkips, type TestCounts } from './test-counts.ts'

const gate = await runGate((outcome) => console.log(describeOutcome(outcome)))
const system = await runTests('system', { quiet: false })
console.log(describeOutcome({ ...system.outcome, output: '' }))

const checks: TestCounts = {
  passed: gate.outcomes.filter(({ passed }) => passed).length,
  failures: gate.outcomes
    .filter(({ passed }) => !passed)
    .map(({ name }) => ({ name, says: 'see above' })),
  skipped: [],
}
const all = [checks, gate.tests, system.counts]
for (const line of describeSkips(all)) console.log(line)
for (const line of describeFailures(all)) console.log(line)
process.exitCode = all.every(({ failures }) => failures.length === 0) ? 0 : 1
console.log(closingLine(all))
