import type { Arm } from '../records/arm.ts'
import { Limits } from '../records/limits.ts'
import type { Study } from '../records/study.ts'
import { armKey, cellKey } from '../support/cell-key.ts'
import { shellWord } from './shell-word.ts'

/**
 * A command line that runs the same study again, seed included. Null: flags cannot say all that it declares. It names every level, so
 * that no default has to be known.
 */
export function studyCommand(study: Study, program: string): string | null {
  if (!isSaidByFlags(study)) return null
  const agents = [...new Set(study.cells.map(({ agent }) => agent))]
  const arms = [...new Map(study.cells.map(({ arm }) => [armKey(arm), arm])).values()]
  const chosen = presetFlags(study) ?? crossedFlags(arms)
  if (chosen === null || !isEveryPair(study, agents, arms)) return null
  return [
    program,
    'run',
    shellWord(study.scenario.id),
    ...flag('--agent', agents.join(',')),
    ...chosen,
    ...Object.entries(study.settings).flatMap(([name, value]) =>
      flag('--setting', `${name}=${String(value)}`),
    ),
    ...flag('--trials', study.trials),
    ...flag('--seed', study.seed),
    ...(study.sharedSeeds ? ['--shared-seeds'] : []),
    ...flag('--sandbox', study.sandbox),
    ...flag('--endpoint', study.endpoint),
    ...flag('--interval', study.interval),
    ...flag('--level', study.level),
    ...(study.maxCostUsd === null ? [] : flag('--max-cost', study.maxCostUsd)),
  ].join(' ')
}

/** What flags have no words for, or only some. */
function isSaidByFlags(study: Study): boolean {
  const { settings, wording, endpoints, comparisons, stopping, aims, limits, agents, cells } = study
  return (
    [endpoints, comparisons, stopping, aims].every((part) => part === undefined) &&
    study.title === null &&
    study.notes === null &&
    study.maxInvalid === 0.2 &&
    Object.keys(wording).length === 0 &&
    JSON.stringify(limits) === JSON.stringify(Limits.parse({})) &&
    Object.values(settings).every((value) => ['string', 'number'].includes(typeof value)) &&
    cells.every(({ name, drawsOf }) => name === undefined && drawsOf === undefined) &&
    Object.entries(agents).every(([name, details]) => isGivenByName(name, details))
  )
}

/** What is set for a model is said by flags of its own, and a replay plays one run and no other. */
function isGivenByName(name: string, { generation }: Readonly<Record<string, unknown>>): boolean {
  const isPlain =
    generation === undefined ||
    (typeof generation === 'object' && generation !== null && Object.keys(generation).length === 0)
  return isPlain && !name.includes(',') && !name.startsWith('replay:')
}

function presetFlags({ cells }: Study): string[] | null {
  const presets = [...new Set(cells.map(({ preset }) => preset))]
  return presets.some((preset) => preset === null) ? null : flag('--preset', presets.join(','))
}

/** Null: the arms are not all combinations of their levels. */
function crossedFlags(arms: readonly Arm[]): string[] | null {
  const factors = Object.keys(arms[0] ?? {})
  const levels = factors.map((factor) => [...new Set(arms.map((arm) => arm[factor] ?? ''))])
  const combinations = levels.reduce((product, { length }) => product * length, 1)
  if (combinations !== arms.length) return null
  return factors.flatMap((factor, place) =>
    flag('--arm', `${factor}=${(levels[place] ?? []).join(',')}`),
  )
}

function isEveryPair({ cells }: Study, agents: readonly string[], arms: readonly Arm[]): boolean {
  return new Set(cells.map(cellKey)).size === agents.length * arms.length
}

function flag(name: string, value: string | number): string[] {
  return [name, shellWord(`${value}`)]
}
