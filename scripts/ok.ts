// The gate: everything that can be checked in under a minute.
import { describeOutcome, runGate } from './checks.ts'
import { describeSkips } from './test-counts.ts'

const { outcomes, tests } = await runGate((outcome) => console.log(describeOutcome(outcome)))
for (const line of describeSkips([tests])) console.log(line)
process.exitCode = tests.failures.length === 0 && outcomes.every(({ passed }) => passed) ? 0 : 1
