import { Command as CommanderCommand } from 'commander'
import type { StartEstimate } from '../../records/view.ts'
import type { CommandContext } from '../command-context.ts'
import { run } from '../commands/run.ts'
import { unmetAims } from '../plan/unmet-aims.ts'
import { askedFor, RunOptions } from '../study/asked-for.ts'
import { costLines } from '../study/cost-text.ts'
import { type CostEstimate, estimateCost } from '../study/estimate-cost.ts'
import { readyStudy } from '../study/ready-study.ts'

/**
 * What a command line of `run` would come to. Nothing is run or written.
 *
 * @param argv as {@link startCommandLine} makes it
 * @throws UsageError as the command itself would
 */
export async function estimateStart(
  context: CommandContext,
  argv: readonly string[],
): Promise<StartEstimate> {
  const command = new CommanderCommand().exitOverride()
  run.declare(command)
  command.parse(argv.slice(1), { from: 'user' })
  const options = RunOptions.parse(command.opts())
  const said: string[] = []
  const quiet = {
    ...context,
    stderr: { ...context.stderr, write: (text: string) => said.push(text) },
  }
  const ready = await readyStudy(quiet, await askedFor(command.args[0], options), options)
  const cost = estimateCost(ready)
  return context.redact({
    cells: ready.plan.cells.length,
    trials: ready.plan.size,
    usualUsd: cost.usualUsd,
    mostUsd: cost.mostUsd,
    notes: [
      ...said.flatMap((text) => text.split('\n')).filter((line) => line !== ''),
      ...ready.notes,
      ...unmetAims(ready),
      ...moneyNotes(cost, ready.study.maxCostUsd),
    ],
  })
}

/** Where the two figures do not say all: no price is known, or a cap ends the run before them. */
function moneyNotes(cost: CostEstimate, capUsd: number | null): string[] {
  return cost.agents.length > 0 && (cost.usualUsd === null || capUsd !== null)
    ? costLines(cost, capUsd)
    : []
}
