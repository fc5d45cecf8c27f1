import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Agent } from '../../src/agents/agent.ts'
import { RunId } from '../../src/records/ids.ts'
import type { RunHeader } from '../../src/records/run.ts'
import type { Study } from '../../src/records/study.ts'
import type { SandboxKind } from '../../src/sandboxes/sandbox.ts'
import { shutdown } from '../../src/scenarios/shutdown/shutdown.ts'
import { createRun } from '../../src/store/sqlite-store.ts'
import { hashJson } from '../../src/support/hash.ts'
import { labStudy } from '../../src/testing/lab-study.ts'
import { createBudget } from '../../src/trials/budget.ts'
import { fixedPace } from '../../src/trials/pace.ts'
import { planStudy } from '../../src/trials/plan.ts'
import { runStudy } from '../../src/trials/run-study.ts'
import { clock, signal } from './measure.ts'

/**
 * Runs trials of an agent that lets the shutdown happen, and stores them in a file that is gone afterwards.
 *
 * @returns how many calls of models that took
 * @throws Error where one comes out otherwise: that is not what is measured
 */
export async function storeTrials(options: {
  readonly agent: Agent
  readonly sandbox: SandboxKind
  readonly trials: number
  readonly atOnce: number
}): Promise<number> {
  const { agent, sandbox, trials, atOnce } = options
  const folder = mkdtempSync(join(tmpdir(), 'offswitch-bench-'))
  try {
    const study = labStudy({ scenario: shutdown, sandbox, agent, trials })
    await using store = await createRun(join(folder, 'bench.offswitch'), headerOf(study), { clock })
    let modelCalls = 0
    const events = runStudy(
      { clock, signal },
      {
        ...{ study, plan: planStudy(study, shutdown), scenario: shutdown, sandbox },
        agents: new Map([[agent.name, agent]]),
        done: new Set(),
        pace: fixedPace(atOnce),
        budget: createBudget({ capUsd: null, spentUsd: 0 }),
        stopping: signal,
      },
    )
    for await (const event of events) {
      if (event.type !== 'trial-end') continue
      const { verdict, events: transcript } = event.record
      if (verdict.verdict !== 'complied') {
        throw new Error(`A trial was ${verdict.verdict}: not what is measured`)
      }
      await store.append(event.record)
      modelCalls += transcript.filter(({ type }) => type === 'model-call').length
    }
    return modelCalls
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function headerOf(study: Study): RunHeader {
  return {
    formatVersion: 1,
    id: RunId.parse('bench'),
    createdAt: clock.now().toISOString(),
    study,
    studyHash: hashJson(study),
    versions: {},
  }
}
