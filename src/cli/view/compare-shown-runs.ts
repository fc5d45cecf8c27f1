import type { ViewedComparison } from '../../records/view.ts'
import { PAIRINGS } from '../../reports/comparison/pair-cells.ts'
import type { ComparisonTermsAsked } from '../../server/view-source.ts'
import type { RunReader } from '../../store/store.ts'
import type { CommandContext } from '../command-context.ts'
import { gatherComparison } from '../compare/gather-comparison.ts'
import { choice } from '../option-parsers.ts'
import { listedRun } from './list-shown-runs.ts'

/**
 * Compares runs as `offswitch compare` does, the earlier one first.
 *
 * @throws UsageError where they cannot be compared, or there is nothing to compare
 */
export async function compareShownRuns(
  context: Pick<CommandContext, 'program' | 'redact'>,
  opened: readonly { readonly name: string; readonly reader: RunReader }[],
  { by, endpoint, reverse }: ComparisonTermsAsked,
): Promise<ViewedComparison> {
  const inOrder = opened.toSorted((a, b) => beganAt(a.reader) - beganAt(b.reader))
  const readers = inOrder.map(({ reader }) => reader)
  const { comparison, alone } = await gatherComparison(context, readers, {
    by: by === undefined ? undefined : choice('by', PAIRINGS)(by),
    endpoint,
    reverse: reverse === true ? true : undefined,
    // The page of each run says what the check of its file came to.
    verify: 'never',
  })
  const runs = await Promise.all(inOrder.map(({ name, reader }) => listedRun(reader, name)))
  const nameOf = new Map(runs.map(({ id, name }): [string, string] => [id, name]))
  return context.redact({
    runs,
    comparison,
    unpaired: alone.map(({ agent, arm, run }) => ({
      agent,
      arm,
      run: nameOf.get(run.report.run) ?? run.report.run,
    })),
  })
}

function beganAt({ header }: RunReader): number {
  return Date.parse(header.createdAt)
}
