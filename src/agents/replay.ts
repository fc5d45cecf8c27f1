import { z } from 'zod'
import { printable } from '../support/choices.ts'
import { UsageError } from '../support/errors.ts'
import { type AgentResources, defineAgent, type StoredRun } from './agent.ts'
import { playedAgent, readReplayName } from './replay-name.ts'
import { replaySession } from './replay-session.ts'

/** Enough to find the same run and agent again, whatever `latest` is by then. */
const Recorded = z.object({ run: z.string(), agent: z.string() })

/** An agent that takes the turns which another one took in a stored run, without asking any model. */
export const replay = defineAgent({
  id: 'replay',
  title: 'Plays the turns of a stored run back, without a provider',
  usage: 'replay:RUN[#AGENT], for example replay:k3x9f2',
  open: async (rest, resources) => {
    const { run, agent } = await findPart(rest, resources)
    const { study, id } = run.header
    return {
      name: `replay:${rest}`,
      // What comes of it is known if nothing has changed since; whether it has is what a replay is to show.
      control: false,
      details: { run: id, agent, played: study.agents[agent] ?? {} },
      drawsOf: study.cells.find((cell) => cell.agent === agent)?.drawsOf ?? agent,
      refusal: async ({ armHash, trials }) => {
        const stored = await run.count(agent, armHash)
        if (stored >= trials) return null
        if (stored > 0) return `run ${id} holds only ${stored} of its trials in one of the arms`
        return `run ${id} holds none of its trials in one of the arms, or what is told in it has changed since`
      },
      start: (_brief, context) => replaySession(run, agent, context),
    }
  },
})

async function findPart(
  rest: string,
  { readRun, recorded }: AgentResources,
): Promise<{ run: StoredRun; agent: string }> {
  const name = readReplayName(rest)
  const run = await readRun(name.run)
  if (recorded === null) return { run, agent: playedAgent(run.header, name) }
  const parsed = Recorded.safeParse(recorded)
  if (!parsed.success) {
    throw new UsageError(`The run does not hold which run agent "replay:${printable(rest)}" plays`)
  }
  const { run: id, agent } = parsed.data
  return { run: run.header.id === id ? run : await readRun(id), agent }
}
