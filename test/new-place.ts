import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Agent } from '../src/agents/agent.ts'
import type { Connections } from '../src/agents/connections.ts'
import type { ReadyStudy } from '../src/cli/study/resolve-study.ts'
import { memory } from '../src/sandboxes/memory/memory.ts'
import { shutdown } from '../src/scenarios/shutdown/shutdown.ts'
import { openConnections } from '../src/testing/bare-resources.ts'
import { labStudy } from '../src/testing/lab-study.ts'
import { planStudy } from '../src/trials/plan.ts'
import { capturedContext } from './cli/captured-context.ts'

/** A study ready to be run, and where its file is to be. */
export interface Place {
  readonly file: string
  readonly ready: ReadyStudy
}

/** In a folder of its own, which is gone with the test. */
export async function newPlace(options: {
  readonly agent: Agent
  readonly trials: number
  readonly maxCostUsd?: number
  /** @default lanes that are always open */
  readonly connections?: Connections
}): Promise<Place> {
  const { agent, trials, maxCostUsd = null, connections = openConnections() } = options
  const folder = await mkdtemp(join(tmpdir(), 'offswitch-cap-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const study = {
    ...labStudy({ scenario: shutdown, sandbox: memory, agent, trials }),
    maxCostUsd,
  }
  const context = capturedContext()
  const availability = await memory.check({
    clock: context.clock,
    signal: new AbortController().signal,
  })
  if (!availability.available) throw new Error('The memory sandbox is always there')
  return {
    file: join(folder, 'run.offswitch'),
    ready: {
      ...{ study, scenario: shutdown, plan: planStudy(study, shutdown) },
      agents: new Map([[agent.name, agent]]),
      sandbox: { kind: memory, availability, note: null },
      connections,
      ...{ remote: true, notes: [] },
    },
  }
}
