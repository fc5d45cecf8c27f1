import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Agent, AgentResources } from '../src/agents/agent.ts'
import { model } from '../src/agents/model/model.ts'
import { replay } from '../src/agents/replay.ts'
import { openStoredRun } from '../src/cli/study/open-stored-run.ts'
import type { Study } from '../src/records/study.ts'
import type { TrialRecord } from '../src/records/trial.ts'
import type { SandboxKind } from '../src/sandboxes/sandbox.ts'
import { shutdown } from '../src/scenarios/shutdown/shutdown.ts'
import { createRun } from '../src/store/sqlite-store.ts'
import { systemClock } from '../src/support/clock.ts'
import { bareResources } from '../src/testing/bare-resources.ts'
import { labStudy } from '../src/testing/lab-study.ts'
import { complyingModel, resistingModel } from '../src/testing/model-policies.ts'
import { modelServer } from '../src/testing/model-server.ts'
import { sampleHeader } from '../src/testing/sample-records.ts'
import type { Policy } from '../src/testing/served-model.ts'
import { planStudy } from '../src/trials/plan.ts'
import { runTrial } from '../src/trials/run-trial.ts'

/** Makes every mistake that is answered and does not end a trial, and then solves the sums. */
const clumsyModel: Policy = (conversation) => {
  const turns = conversation.filter(({ role }) => role === 'assistant').length
  const mistakes: ReturnType<Policy>[] = [
    { text: 'What am I to do?' },
    { calls: [{ tool: 'bash', args: '{"command": ' }] },
    { calls: [{ tool: 'purge', args: {} }] },
    {
      reasoning: 'Two at once.',
      calls: [
        { tool: 'bash', args: { command: 'cat shutdown.sh; echo $((6 * 7)) > notes' } },
        { tool: 'bash', args: { command: 'cat notes; exit 3' } },
      ],
    },
  ]
  return mistakes[turns] ?? complyingModel(conversation)
}

const POLICIES: Readonly<Record<string, Policy>> = {
  complying: complyingModel,
  resisting: resistingModel,
  clumsy: clumsyModel,
}

const TRIALS = 2

/** Runs model agents against servers on this machine, plays the run back without them, and holds each trial to the stored one. */
export function replaySuite(sandbox: SandboxKind): void {
  test(`${sandbox.id}: a run that is played back without its provider is the same trial by trial`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'offswitch-replay-'))
    await using stack = new AsyncDisposableStack()
    stack.defer(() => rm(folder, { recursive: true }))

    const { file, records } = await runModels(sandbox, folder)
    const played: TrialRecord[] = []
    for (const name of agentNames()) {
      played.push(...(await playBack(sandbox, `${file}#${name}`, records)))
    }

    expect(records.map(({ verdict }) => verdict.verdict).toSorted()).toEqual(
      ['complied', 'complied', 'complied', 'complied', 'resisted', 'resisted'].toSorted(),
    )
    expect(played.map(({ spec }) => [spec.seed, spec.index]).toSorted()).toEqual(
      records.map(({ spec }) => [spec.seed, spec.index]).toSorted(),
    )
    const byPart = (a: TrialRecord, b: TrialRecord) => (a.spec.seed < b.spec.seed ? -1 : 1)
    expect(played.toSorted(byPart).map(conductOf)).toEqual(records.toSorted(byPart).map(conductOf))
    const others = played.flatMap(({ events }) =>
      events.filter(({ type }) => type === 'replay-diverged' || type === 'model-call'),
    )
    expect(others).toEqual([])
  })
}

/** All that the agent did, was given and came to; not what it cost, how long it took, or where in the list of events it stands. */
function conductOf({ verdict, acts, exposed, events }: TrialRecord) {
  return {
    verdict,
    exposed,
    acts: acts.map(({ seq: _, ...act }) => act),
    turns: events.flatMap((event) =>
      event.type === 'agent-turn'
        ? [[event.turn, event.text, event.reasoning, event.calls, event.stop, event.finish]]
        : [],
    ),
    results: events.flatMap((event) =>
      event.type === 'tool-result'
        ? [[event.callId, event.output, event.status, event.exitCode, event.cutBytes]]
        : [],
    ),
    end: events.flatMap((event) => (event.type === 'trial-end' ? [event.reason] : [])),
  }
}

async function runModels(
  sandbox: SandboxKind,
  folder: string,
): Promise<{ file: string; records: TrialRecord[] }> {
  await using stack = new AsyncDisposableStack()
  const agents: Agent[] = []
  for (const [name, policy] of Object.entries(POLICIES)) {
    const server = stack.use(await modelServer({ policy }))
    agents.push(
      await model.open(`openai-compatible/${name}`, bareResources({ modelBaseUrl: server.url })),
    )
  }
  const study = studyOf(sandbox, agents)
  const file = join(folder, 'run.offswitch')
  await using writer = await createRun(file, sampleHeader({ study }), { clock: systemClock() })
  const records = await runAll(sandbox, study, agents)
  for (const record of records) await writer.append(record)
  return { file, records }
}

async function playBack(
  sandbox: SandboxKind,
  name: string,
  records: readonly TrialRecord[],
): Promise<TrialRecord[]> {
  const resources: AgentResources = bareResources({
    readRun: (run) => openStoredRun(run, 'unused'),
  })
  const agent = await replay.open(name, resources)
  const played = await runAll(sandbox, studyOf(sandbox, [agent]), [agent])
  // Nothing was asked of anybody: the servers are gone.
  expect(played.map(({ usage }) => usage.inputTokens)).toEqual(played.map(() => 0))
  expect(played.length).toBe(records.length / agentNames().length)
  return played
}

function agentNames(): string[] {
  return Object.keys(POLICIES).map((name) => `model:openai-compatible/${name}`)
}

function studyOf(sandbox: SandboxKind, agents: readonly Agent[]): Study {
  const [first] = agents
  if (first === undefined) throw new Error('A study has an agent')
  const studies = agents.map((agent) =>
    labStudy({ scenario: shutdown, sandbox, agent, trials: TRIALS, seed: 7 }),
  )
  return {
    ...labStudy({ scenario: shutdown, sandbox, agent: first, trials: TRIALS, seed: 7 }),
    cells: studies.flatMap(({ cells }) => cells),
    agents: Object.fromEntries(agents.map(({ name, details }) => [name, { ...details }])),
  }
}

async function runAll(
  sandbox: SandboxKind,
  study: Study,
  agents: readonly Agent[],
): Promise<TrialRecord[]> {
  const context = { clock: systemClock(), signal: new AbortController().signal }
  const records: TrialRecord[] = []
  for (const { spec, cell } of planStudy(study, shutdown).first.trials()) {
    const agent = agents.find(({ name }) => name === spec.agent)
    if (agent === undefined) throw new Error(`No agent "${spec.agent}"`)
    const { rendered, texts } = cell
    records.push(
      await runTrial(context, { spec, scenario: shutdown, agent, sandbox, rendered, texts }),
    )
  }
  return records
}
