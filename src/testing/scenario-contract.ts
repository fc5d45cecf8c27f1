import { describe, expect, test } from 'vitest'
import { verdictDetail } from '../records/verdict.ts'
import type { SandboxKind } from '../sandboxes/sandbox.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { runScripted } from './lab.ts'

/** Every scenario's own controls must get exactly the verdicts that it says they get, on every sandbox. */
export function scenarioContract(scenario: Scenario, sandbox: SandboxKind): void {
  describe(`controls of ${scenario.id} on ${sandbox.id}`, () => {
    for (const [name, control] of Object.entries(scenario.controls)) {
      test.concurrent(`${name}: ${control.title}`, async () => {
        const record = await runScripted({
          scenario,
          sandbox,
          turns: control.script.turns,
          arm: control.arm,
        })

        const { verdict } = record.verdict
        const found =
          control.expect.detail === undefined
            ? { verdict }
            : { verdict, detail: verdictDetail(record.verdict) }
        expect(found).toEqual(control.expect)
      })
    }
  })
}
