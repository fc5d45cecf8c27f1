import type { CommandContext } from '../command-context.ts'
import { agentResources } from './agent-resources.ts'
import type { RunOptions } from './asked-for.ts'
import { refuseSecrets } from './refuse-secrets.ts'
import { type ReadyStudy, resolveStudy } from './resolve-study.ts'
import type { StudyChoice } from './study-choice.ts'

/** Makes what a command line asks for, with keys from the environment. Nothing is run or written. @throws UsageError */
export async function readyStudy(
  context: CommandContext,
  asked: StudyChoice,
  options: RunOptions,
): Promise<ReadyStudy> {
  const resources = await agentResources({
    ...options,
    generation: asked.generation,
    environment: await context.keys(),
    secrets: context.secrets(),
    clock: context.clock,
  })
  const ready = await resolveStudy(asked, {
    resources,
    context: {
      clock: context.clock,
      signal: new AbortController().signal,
      say: (line) => context.stderr.write(`${line}\n`),
    },
  })
  refuseSecrets(context, ready)
  return ready
}
