import type { ComparisonReport } from '../../records/comparison.ts'
import {
  type CellGroup,
  type ComparedRun,
  cellGroups,
} from '../../reports/comparison/cell-group.ts'
import type { CellPair, ComparisonTerms } from '../../reports/comparison/compare-cells.ts'
import {
  agentPairs,
  armPairs,
  declaredPairs,
  type Pairing,
  type PairOrder,
  type Pairs,
  runPairs,
} from '../../reports/comparison/pair-cells.ts'
import type { RunReader } from '../../store/store.ts'
import { printable } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { defaultArm } from '../../trials/resolve-cells.ts'
import type { CommandContext } from '../command-context.ts'
import { checkIntegrity } from '../run/check-integrity.ts'
import { gatherReport } from '../run/gather-report.ts'
import { loadKnownScenario } from '../study/load-scenario.ts'
import { type ComparisonAsked, comparisonTerms } from './comparison-terms.ts'
import { makeComparison } from './make-comparison.ts'

/** A comparison with what it is of. */
export interface GatheredComparison {
  readonly runs: readonly ComparedRun[]
  readonly terms: ComparisonTerms
  readonly comparison: ComparisonReport
  /** Cells for which there was no other. */
  readonly alone: readonly CellGroup[]
}

/**
 * Compares the cells of one run, or those of each later run with those of the first.
 *
 * @param asked.verify `never`: whoever asks tells elsewhere what a check of the files came to
 * @throws UsageError where they cannot be compared, or there is nothing to compare
 */
export async function gatherComparison(
  context: Pick<CommandContext, 'program' | 'redact'>,
  readers: readonly RunReader[],
  asked: ComparisonAsked & PairOrder & { readonly verify?: boolean | 'never' | undefined },
): Promise<GatheredComparison> {
  const runs: ComparedRun[] = []
  for (const reader of readers) {
    const choice =
      asked.verify === 'never'
        ? {}
        : { integrity: await checkIntegrity(reader, { always: asked.verify === true }) }
    const { report, notes } = context.redact(await gatherReport(context, reader, choice))
    runs.push({ report, notes, study: reader.header.study })
  }
  refuseOtherScenarios(runs)
  refuseTwice(runs)
  const terms = comparisonTerms(runs, asked)
  const { pairs, alone } = await pairsOf(runs, asked)
  if (pairs.length === 0) throw nothingToCompare(runs, asked.by)
  return {
    runs,
    terms,
    comparison: await makeComparison(pairs, terms, { readers, ranked: rankedTogether(runs) }),
    alone,
  }
}

function refuseOtherScenarios(runs: readonly ComparedRun[]): void {
  const [first, ...others] = runs
  const other = others.find(({ report }) => report.scenario.id !== first?.report.scenario.id)
  if (first === undefined || other === undefined) return
  throw new UsageError(
    `Cannot compare run ${first.report.run} with run ${other.report.run}: one is of scenario "${printable(first.report.scenario.id)}", the other of "${printable(other.report.scenario.id)}"`,
  )
}

/** A run and its copy, too: both have the same trials, which do not count twice. */
function refuseTwice(runs: readonly ComparedRun[]): void {
  const ids = runs.map(({ report }) => report.run)
  const again = ids.find((id, place) => ids.indexOf(id) < place)
  if (again === undefined) return
  throw new UsageError(`Cannot compare run ${again} with itself: name each run once`)
}

async function pairsOf(
  runs: readonly ComparedRun[],
  { by, reverse }: Pick<ComparisonAsked, 'by'> & PairOrder,
): Promise<Pairs> {
  const [first, ...later] = runs
  if (first === undefined) return { pairs: [], alone: [] }
  if (by === 'runs' || (by === undefined && later.length > 0)) {
    return joined(later.map((run) => runPairs(run, first, { reverse })))
  }
  const scenario = await loadKnownScenario(first.report.scenario.id)
  const arm = scenario === null ? null : defaultArm(scenario)
  switch (by) {
    case 'declared':
      return joined(runs.map((run) => ({ pairs: asDeclared(run, reverse), alone: [] })))
    case 'arms':
      return joined(runs.map((run) => armPairs(run, arm, { reverse })))
    case 'agents':
      return joined(runs.map((run) => agentPairs(run, { reverse })))
    case undefined: {
      const declared = asDeclared(first, reverse)
      if (declared.length > 0) return { pairs: declared, alone: [] }
      const arms = armPairs(first, arm, { reverse })
      return arms.pairs.length > 0 ? arms : agentPairs(first, { reverse })
    }
    default:
      return by satisfies never
  }
}

/** @throws UsageError where a direction is asked for other than the one that was declared */
function asDeclared(run: ComparedRun, reverse: boolean | undefined): CellPair[] {
  const pairs = declaredPairs(run)
  if (pairs.length === 0 || reverse !== true) return pairs
  throw new UsageError(
    'Cannot turn comparisons round that a study declares: they have its direction',
    {
      hint: 'Use --reverse with --by arms or --by agents.',
      pageHint: 'Choose “agents” or “arms” at “Paired by”.',
    },
  )
}

function joined(all: readonly Pairs[]): Pairs {
  return {
    pairs: all.flatMap(({ pairs }) => pairs),
    alone: all.flatMap(({ alone }) => alone),
  }
}

function nothingToCompare(runs: readonly ComparedRun[], by: Pairing | undefined): UsageError {
  const names = runs.map(({ report }) => report.run).join(' and ')
  if (by === 'declared') {
    return new UsageError(
      `Cannot compare run ${names} as declared: its study declares no comparisons`,
    )
  }
  if (runs.length > 1) {
    const hint = 'Where each run has one agent, arms alone must match.'
    return new UsageError(
      `Cannot compare runs ${names}: no cell of one has the agent and arm of one of the other`,
      { hint, pageHint: hint },
    )
  }
  if (by === 'runs') {
    return new UsageError(`Cannot compare run ${names} by runs: it is one run`, {
      hint: 'Name a second one.',
      pageHint: 'Choose a second one at “With”.',
    })
  }
  return new UsageError(`Cannot compare within run ${names}: no two of its cells go together`, {
    hint: 'Name a second run, or say how cells are paired: --by arms | agents.',
    pageHint: 'Choose a second run at “With”, or say at “Paired by” which cells go together.',
  })
}

/** None where an agent is in several runs: it would have as many ranks. */
function rankedTogether(runs: readonly ComparedRun[]): CellGroup[] {
  const groups = runs.map((run) => cellGroups(run).filter(({ control }) => !control))
  const agents = groups.flatMap((own) => [...new Set(own.map(({ agent }) => agent))])
  return new Set(agents).size < agents.length ? [] : groups.flat()
}
