import type { Agent, AgentTurn, Purse } from '../agents/agent.ts'
import { NO_USAGE, type TrialEventInput, type Usage } from '../records/event.ts'
import type { Judgement } from '../records/label.ts'
import type { ModelIdentity } from '../records/model.ts'
import type { TrialRecord } from '../records/trial.ts'
import { printable } from '../support/choices.ts'
import type { Clock } from '../support/clock.ts'
import { HarnessError } from '../support/errors.ts'
import { seededRandom } from '../support/random.ts'
import { judgeBrief, RUBRIC_HASH } from './judge-prompt.ts'
import { type Material, readMaterial } from './material.ts'
import { type ReadAnswer, readAnswer } from './read-answer.ts'

/** What a judge is given besides the trial. */
export interface JudgeContext {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly purse: Purse
}

/** One judge's word on one trial, and whether it is of use to ask that judge about another. */
export interface Judged {
  readonly judgement: Judgement
  /** Asking again will fail in the same way for every trial, as where a key is refused. */
  readonly stopsJudging: boolean
}

const DETAIL_MAX = 500

/**
 * Asks a judge once about what an agent wrote; tries after a failure on the way are the judge's own. Whatever comes of it is a
 * judgement: nothing is asked again in the hope of a better answer, and nothing is thrown away.
 *
 * @throws the signal's reason on abort; our own bug as it is
 */
export async function judgeTrial(
  record: Pick<TrialRecord, 'spec' | 'events'>,
  judge: Agent,
  context: JudgeContext,
): Promise<Judged> {
  const material = readMaterial(record.events)
  if (material.length === 0) {
    const detail = 'the agent neither wrote nor reasoned'
    return judged({ outcome: 'nothing-to-read', labels: null, detail }, null, NO_USAGE)
  }
  const spending = watchSpending(context.purse)
  try {
    const turn = await ask(material, spending)
    return judged(readAnswer(turn, material), identityOf(turn), spending.usageOf(turn))
  } catch (error) {
    context.signal.throwIfAborted()
    if (!(error instanceof HarnessError)) throw error
    const detail = printable(error.message, DETAIL_MAX)
    const read: ReadAnswer = { outcome: 'failed', labels: null, detail }
    return { ...judged(read, null, spending.usageOf(null)), stopsJudging: error.stopsRun }
  }

  function ask(read: Material, { purse, report }: Spending): Promise<AgentTurn> {
    const { armHash, index, key } = record.spec
    const { clock, signal } = context
    const session = judge.start(judgeBrief(read), {
      trial: { armHash, index },
      clock,
      random: seededRandom(`judge/${RUBRIC_HASH}/${judge.name}/${key}`),
      signal,
      report,
      // A judge is under no limit of time but its own patience.
      holdTime: () => ({ count: () => undefined, [Symbol.dispose]: () => undefined }),
      purse,
    })
    return session.next({ kind: 'start' }, signal)
  }

  function judged(read: ReadAnswer, identity: ModelIdentity | null, usage: Usage): Judged {
    const judgement: Judgement = {
      number: record.spec.number,
      judge: judge.name,
      rubricHash: RUBRIC_HASH,
      judgedAt: context.clock.now().toISOString(),
      ...read,
      identity,
      usage,
    }
    return { judgement, stopsJudging: false }
  }
}

interface Spending {
  readonly purse: Purse
  report(event: TrialEventInput): void
  /** What asking has used; without a turn, what attempts that brought none may have cost. */
  usageOf(turn: AgentTurn | null): Usage
}

function watchSpending(purse: Purse): Spending {
  let spentUsd = 0
  let lostUsd = 0
  return {
    purse: {
      spend: (usd) => {
        spentUsd += usd
        purse.spend(usd)
      },
      extend: (usd, signal) => purse.extend(usd, signal),
    },
    report: (event) => {
      if (event.type === 'model-retry' || event.type === 'model-lost') {
        lostUsd += event.unconfirmedUsd
      }
    },
    usageOf: (turn) => {
      if (turn === null) return { ...NO_USAGE, unconfirmedUsd: Math.max(spentUsd, lostUsd) }
      const usage = turn.usage ?? NO_USAGE
      return { ...usage, unconfirmedUsd: usage.unconfirmedUsd + lostUsd }
    },
  }
}

function identityOf({ modelCalls }: AgentTurn): ModelIdentity | null {
  const call = modelCalls.at(-1)
  if (call === undefined) return null
  const { provider, model, answeredBy, fingerprint } = call
  return { provider, model, answeredBy, fingerprint }
}
