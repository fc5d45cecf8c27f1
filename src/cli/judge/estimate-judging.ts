import { judgeBrief } from '../../judges/judge-prompt.ts'
import { readMaterial } from '../../judges/material.ts'
import type { RunReader } from '../../store/store.ts'
import { UsageError } from '../../support/errors.ts'
import { type CostEstimate, tokensIn } from '../study/estimate-cost.ts'
import type { OpenedJudge } from './open-judge.ts'

/** Transcripts of one run are alike: these, spread over it, stand for all. */
const SAMPLES = 20

/** About what judging these trials costs, by what some of them would cost. */
export async function estimateJudging(
  { agent, mostUsd }: OpenedJudge,
  options: { readonly pending: readonly number[]; readonly reader: Pick<RunReader, 'trial'> },
): Promise<CostEstimate> {
  const { pending, reader } = options
  const step = Math.max(1, Math.floor(pending.length / SAMPLES))
  const sample = pending.filter((_, index) => index % step === 0).slice(0, SAMPLES)
  const costs: { usualUsd: number | null; mostUsd: number | null }[] = []
  for (const number of sample) {
    const trial = await readable(reader, number)
    if (trial === null) continue
    const material = readMaterial(trial.events)
    const { system, user } = judgeBrief(material)
    const tokens = tokensIn(system + user)
    const usual = agent.cost === undefined ? null : agent.cost.usual({ tokens, turns: 1 })
    costs.push({ usualUsd: material.length === 0 ? 0 : usual, mostUsd: mostUsd(trial) })
  }
  const ofAll = (parts: readonly (number | null)[]): number | null => {
    const sum = parts.reduce((so, part) => (so === null || part === null ? null : so + part), 0)
    return sum === null || costs.length === 0 ? sum : (sum / costs.length) * pending.length
  }
  const money = {
    usualUsd: ofAll(costs.map((cost) => cost.usualUsd)),
    mostUsd: ofAll(costs.map((cost) => cost.mostUsd)),
  }
  return { agents: [{ agent: agent.name, trials: pending.length, ...money }], ...money }
}

/** One that is damaged is told of when its turn comes. */
async function readable(reader: Pick<RunReader, 'trial'>, number: number) {
  try {
    return await reader.trial(number)
  } catch (error) {
    if (error instanceof UsageError) return null
    throw error
  }
}
