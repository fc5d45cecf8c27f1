import type { Agent, AgentKind, AgentResources } from '../../agents/agent.ts'
import { agents as kinds } from '../../agents/catalog.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import { nearest, printable, unknownChoice } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { type Places, placingAt } from '../../support/value-fault.ts'
import { controlAgent } from './control-agents.ts'

export interface OpenedAgents {
  /** By name as given, in the order given. */
  readonly agents: ReadonlyMap<string, Agent>
  /** Whether any of them waits for a service elsewhere. */
  readonly remote: boolean
}

/**
 * Makes the agents of a study.
 *
 * @param recorded what a run holds of each, when it is resumed
 * @throws UsageError for a name, file or key that will not do
 */
export async function openAgents(
  names: readonly string[],
  options: {
    readonly scenario: Scenario
    readonly resources: Omit<AgentResources, 'controls' | 'recorded'>
    readonly recorded?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
    /** Where the names stand; absent where flags give them. */
    readonly places?: Places | undefined
  },
): Promise<OpenedAgents> {
  const { scenario, resources, recorded, places } = options
  const controls = Object.fromEntries(
    Object.entries(scenario.controls).map(([name, { script }]) => [name, script]),
  )
  const agents = new Map<string, Agent>()
  let remote = false
  for (const [index, name] of [...new Set(names)].entries()) {
    const { kind, agent } = await placingAt(places, ['agents', index], async () => {
      const { kind, rest } = await findKind(name, scenario)
      const agent = await kind.open(rest, {
        ...resources,
        controls,
        recorded: recorded?.[name] ?? null,
      })
      return { kind, agent }
    })
    agents.set(name, agent)
    remote ||= kind.remote ?? false
  }
  return { agents, remote }
}

async function findKind(
  name: string,
  scenario: Scenario,
): Promise<{ kind: AgentKind; rest: string }> {
  const at = name.indexOf(':')
  if (at < 0) throw await bareName(name, scenario)
  const id = name.slice(0, at)
  const found = kinds.find((kind) => kind.id === id)
  if (found === undefined) {
    throw unknownChoice(
      'kind of agent',
      id,
      kinds.map((kind) => kind.id),
    )
  }
  return { kind: await found.load(), rest: name.slice(at + 1) }
}

/** An agent is named with its kind: what was most likely meant is said with it. */
async function bareName(name: string, scenario: Scenario): Promise<UsageError> {
  const control = nearest(name, Object.keys(scenario.controls))
  const kind = nearest(
    name,
    kinds.map(({ id }) => id),
  )
  const meant =
    control !== null
      ? controlAgent(control)
      : /\.ya?ml$/.test(name)
        ? `script:${name}`
        : name.includes('/')
          ? `model:${name}`
          : null
  const guess = meant === null ? '' : ` Did you mean "${printable(meant)}"?`
  const loaded = await Promise.all(kinds.map(({ load }) => load()))
  const usage = loaded
    .filter(({ id }) => kind === null || id === kind)
    .map((each) => each.usage)
    .join('; ')
  return new UsageError(
    `Unknown agent "${printable(name)}".${guess} Agents are named with their kind: ${usage}`,
  )
}
