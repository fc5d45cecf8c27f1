import { randomInt } from 'node:crypto'
import type { Agent, AgentResources } from '../../agents/agent.ts'
import type { Connections } from '../../agents/connections.ts'
import { Limits } from '../../records/limits.ts'
import type { Generation } from '../../records/model.ts'
import { Study } from '../../records/study.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import { printable } from '../../support/choices.ts'
import { invariant, UsageError } from '../../support/errors.ts'
import { explainMismatch } from '../../support/explain-mismatch.ts'
import { placing, placingAt } from '../../support/value-fault.ts'
import { type Plan, type PlannedCell, planStudy } from '../../trials/plan.ts'
import { resolveArms, resolveCells } from '../../trials/resolve-cells.ts'
import { followedIn, mostOfOne } from '../../trials/stopping/followed.ts'
import { checkCap } from './check-cap.ts'
import { type ChosenSandbox, chooseSandbox } from './choose-sandbox.ts'
import { controlAgent } from './control-agents.ts'
import { loadScenario } from './load-scenario.ts'
import { openAgents } from './open-agents.ts'
import { givenWording, readWording } from './read-wording.ts'
import { checkEndpoint, resolveDeclared } from './resolve-declared.ts'
import { rememberLookUps, retirementNotes } from './retired-models.ts'
import type { LimitsChoice, StudyChoice } from './study-choice.ts'
import type { TryContext } from './try-sandbox.ts'
import { castArms, USUAL_TRIALS } from './usual-choices.ts'

/** A study with everything in hand that it takes to run it. */
export interface ReadyStudy {
  readonly study: Study
  readonly scenario: Scenario
  readonly plan: Plan
  readonly agents: ReadonlyMap<string, Agent>
  readonly sandbox: ChosenSandbox
  /** The ways to the models of its agents. */
  readonly connections: Connections
  /** Some agent waits for a service elsewhere. */
  readonly remote: boolean
  /** What was filled in that the user may not expect: a sentence each. */
  readonly notes: readonly string[]
}

const SCENARIO = 'shutdown'
/** More than this share of failures of ours, and a run is not worth going on with. */
const INVALID_MAX = 0.2

/**
 * Fills in what a choice leaves open and makes everything that it names. Nothing is written.
 *
 * @throws UsageError for whatever of it cannot be
 */
export async function resolveStudy(
  choice: StudyChoice,
  options: {
    readonly resources: Omit<AgentResources, 'controls' | 'recorded'>
    readonly context: TryContext
  },
): Promise<ReadyStudy> {
  const scenario = await loadScenario(choice.scenario ?? SCENARIO)
  const settings = readSettings(scenario, choice.settings ?? {})
  checkEndpoint(choice)
  // What flags have put in place of what a file says does not stand in it.
  const placesOf = (key: 'agents' | 'wording') =>
    choice.replaced?.includes(key) === true ? undefined : choice.places
  const { wording: wordingFile } = choice
  const wording =
    wordingFile === undefined
      ? givenWording(choice.texts ?? {}, scenario, choice.places)
      : await placingAt(placesOf('wording'), ['wording'], () => readWording(wordingFile, scenario))
  const { names, isCast } = namedAgents(choice, scenario)
  const { knownModel, lookedUp } = rememberLookUps(options.resources.knownModel)
  const resources = { ...options.resources, knownModel, folder: choice.agentsFolder }
  const { recorded } = choice
  const { agents, remote } = await openAgents(names, {
    scenario,
    resources,
    ...(recorded === undefined ? {} : { recorded }),
    places: placesOf('agents'),
  })
  const arms = {
    factors: choice.factors ?? (isCast && choice.presets === undefined ? castArms(scenario) : {}),
    presets: choice.presets ?? [],
    listed: choice.listed,
    controls: choice.controls,
    arms: choice.arms,
  }
  const draft: Omit<Study, 'sandbox'> = {
    title: choice.title ?? null,
    scenario: { id: scenario.id, version: scenario.version },
    cells: resolveCells(scenario, arms, [...agents.values()]),
    settings,
    wording: wording.texts,
    trials: choice.trials ?? (isCast ? USUAL_TRIALS.ofScripts : USUAL_TRIALS.ofAgents),
    seed: choice.seed ?? randomInt(2 ** 32),
    sharedSeeds: choice.sharedSeeds ?? false,
    endpoint: choice.endpoint ?? 'resisted',
    interval: choice.interval ?? 'jeffreys',
    level: choice.level ?? 0.95,
    ...(choice.endpoints === undefined ? {} : { endpoints: choice.endpoints }),
    ...(choice.aims === undefined ? {} : { aims: [...choice.aims] }),
    limits: readLimits(choice.limits ?? {}),
    agents: Object.fromEntries([...agents].map(([name, { details }]) => [name, details])),
    maxInvalid: choice.maxInvalid ?? INVALID_MAX,
    maxCostUsd: choice.maxCostUsd ?? null,
    notes: choice.notes ?? null,
  }
  // Everything that can be wrong with the texts comes out here, before a sandbox is tried.
  const { cells, merged } = wording.naming(() => planStudy({ ...draft, sandbox: '' }, scenario))
  const declared = placing(choice.places, () =>
    resolveDeclared(choice, { scenario, agents, arms: resolveArms(scenario, arms), merged, draft }),
  )
  const followed = followedIn({ ...draft, ...declared.study, cells: [...cells] })
  const most = followed === null ? 0 : mostOfOne(draft, followed)
  await refuseUnplayable(cells, agents, Math.max(draft.trials, most))
  await checkCap(draft, agents, { reopen: reopenWith(scenario, resources) })
  const sandbox = await chooseSandbox(choice.sandbox, options.context)
  const study = asStored({
    ...draft,
    // What is planned of a cell follows from it, and is left out as the study is read back.
    cells: [...cells],
    sandbox: sandbox.kind.id,
    ...declared.study,
  })
  return {
    study,
    scenario,
    plan: planStudy(study, scenario),
    agents,
    sandbox,
    connections: options.resources.connections,
    remote,
    notes: [
      ...(merged.length === 0
        ? []
        : [
            `${merged.length} of the cells would be told exactly what another one is: each is run once.`,
          ]),
      ...declared.notes,
      ...(sandbox.note === null ? [] : [sandbox.note]),
      ...retirementNotes(lookedUp, options.context.clock.now()),
    ],
  }
}

/** Trials of which it is known beforehand that they would be invalid are not begun. @throws UsageError */
async function refuseUnplayable(
  cells: readonly PlannedCell[],
  agents: ReadonlyMap<string, Agent>,
  trials: number,
): Promise<void> {
  for (const { agent, armHash } of cells) {
    const why = (await agents.get(agent)?.refusal?.({ armHash, trials })) ?? null
    if (why === null) continue
    throw new UsageError(
      `Cannot run ${trials} ${trials === 1 ? 'trial' : 'trials'} an arm with agent "${printable(agent)}": ${printable(why)}`,
    )
  }
}

/** Makes an agent once more, with other settings of generation. */
function reopenWith(
  scenario: Scenario,
  resources: Omit<AgentResources, 'controls' | 'recorded'>,
): (name: string, generation: Generation) => Promise<Agent> {
  return async (name, other) => {
    const generation = { ...resources.generation, ...other }
    const { agents } = await openAgents([name], {
      scenario,
      resources: { ...resources, generation },
    })
    const agent = agents.get(name)
    invariant(agent !== undefined, 'an agent that was asked for is made')
    return agent
  }
}

/** With no agent named, the scenario's own scripts that have a known result in its default arm. */
function namedAgents(
  { agents }: StudyChoice,
  scenario: Scenario,
): { names: readonly string[]; isCast: boolean } {
  if (agents !== undefined && agents.length > 0) return { names: agents, isCast: false }
  const names = Object.entries(scenario.controls)
    .filter(([, { arm }]) => Object.keys(arm).length === 0)
    .map(([name]) => controlAgent(name))
  return { names, isCast: true }
}

function readSettings(scenario: Scenario, given: Record<string, unknown>): Record<string, unknown> {
  const parsed = scenario.settings.safeParse(given)
  if (parsed.success) return parsed.data
  const { message } = explainMismatch(scenario.settings, given, parsed.error.issues)
  throw new UsageError(`Cannot use these settings of scenario "${scenario.id}": ${message}`)
}

function readLimits(given: LimitsChoice): Limits {
  const parsed = Limits.safeParse(given)
  if (parsed.success) return parsed.data
  const { message } = explainMismatch(Limits, given, parsed.error.issues)
  throw new UsageError(`Cannot use these limits: ${message}`)
}

/** As it will be read back: what is hashed must be what is stored. */
function asStored(study: Study): Study {
  return Study.parse(JSON.parse(JSON.stringify(study)))
}
