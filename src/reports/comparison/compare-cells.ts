import type { Adjustment, ComparisonTest } from '../../records/analysis.ts'
import type { ComparedCell, ComparisonResult, IntervalEstimate } from '../../records/comparison.ts'
import type { EndpointRule } from '../../records/endpoint.ts'
import type { IntervalMethod } from '../../records/estimate.ts'
import { benjaminiHochberg } from '../../statistics/benjamini-hochberg.ts'
import { boschlooExact } from '../../statistics/boschloo-exact.ts'
import type { PairedAnswers } from '../../statistics/cohen-kappa.ts'
import type { Counts } from '../../statistics/counts.ts'
import { differenceInDifferences } from '../../statistics/difference-in-differences.ts'
import { falseCoverageLevel } from '../../statistics/false-coverage-level.ts'
import { fisherExact } from '../../statistics/fisher-exact.ts'
import { holmAdjust } from '../../statistics/holm-adjust.ts'
import type { Interval } from '../../statistics/interval.ts'
import { mcnemarExact } from '../../statistics/mcnemar-exact.ts'
import { miettinenNurminenRatio } from '../../statistics/miettinen-nurminen-ratio.ts'
import { newcombeDifference } from '../../statistics/newcombe-difference.ts'
import { oddsRatio } from '../../statistics/odds-ratio.ts'
import { ratioExceeds } from '../../statistics/ratio-exceeds.ts'
import { differenceSequence } from '../../statistics/sequences/difference-sequence.ts'
import { simultaneousLevel } from '../../statistics/simultaneous-level.ts'
import { cellKey } from '../../support/cell-key.ts'
import { capabilitiesOf } from '../capability.ts'
import { createEstimator } from '../estimate-counts.ts'
import { type CellGroup, countGroup, exposureOf } from './cell-group.ts'
import { cautionsOf, disagreement } from './comparison-cautions.ts'

/** Two cells that are to be compared. */
export interface CellPair {
  readonly label: string
  readonly first: CellGroup
  readonly second: CellGroup
  /** The same cells with an object in the agent's place, where the run has both. */
  readonly against: { readonly first: CellGroup; readonly second: CellGroup } | null
  /** Where the trials of the two are pairs. */
  readonly paired: Pick<PairedAnswers, 'onlyFirst' | 'onlySecond'> | null
}

/** How a family of comparisons is made. */
export interface ComparisonTerms {
  readonly endpoint: string
  readonly rule: EndpointRule
  readonly interval: IntervalMethod
  readonly level: number
  readonly adjust: Adjustment
  readonly test: ComparisonTest
  /** Whether the first rate is shown to be more than so many times the second. Null: not asked. */
  readonly exceeds: number | null
  /** `sequence`: some of the runs were stopped by their results. Only what is valid at every look is given then. */
  readonly basis: 'fixed' | 'sequence'
}

/**
 * Compares the cells of each pair as one family. Where p-values are adjusted by Holm's method, the intervals of the family hold
 * together with the level (Bonferroni); after Benjamini–Hochberg those of the differences found have, of all such, that share of
 * misses (false coverage rate).
 */
export function compareCells(
  pairs: readonly CellPair[],
  terms: ComparisonTerms,
): ComparisonResult[] {
  const tests = pairs.map((pair) => testOf(pair, terms))
  const adjusted = adjustAll(
    terms.adjust,
    tests.map((test) => test?.p ?? null),
  )
  const exceeding = pairs.map((pair) => exceedsOf(pair, terms))
  const exceedingAdjusted = adjustAll(terms.adjust, exceeding)
  const found = adjusted.filter((p) => p !== null && p <= 1 - terms.level).length
  const level = levelOfEach(terms, { pairs: pairs.length, found })
  return pairs.map((pair, place) => {
    const test = tests[place] ?? null
    const [p, exceeds, both] = [adjusted[place], exceeding[place], exceedingAdjusted[place]]
    const estimated = {
      ...estimate(pair, terms, level),
      test: test === null ? null : { ...test, adjusted: p ?? test.p },
    }
    return {
      ...estimated,
      cautions: [...estimated.cautions, ...disagreement(estimated)],
      exceeds:
        terms.exceeds === null || exceeds === null || exceeds === undefined
          ? null
          : { ratio: terms.exceeds, p: exceeds, adjusted: both ?? exceeds },
    }
  })
}

function levelOfEach(
  { level, adjust, basis }: ComparisonTerms,
  { pairs, found }: { readonly pairs: number; readonly found: number },
): number {
  if (adjust === 'none') return level
  // After early stopping there are no tests by whose number of findings the level could go.
  if (adjust === 'holm' || basis === 'sequence') {
    return simultaneousLevel({ level, intervals: pairs })
  }
  return found === 0 ? level : falseCoverageLevel({ level, selected: found, tests: pairs })
}

/** Those that there are, as one family. */
function adjustAll(by: Adjustment, all: readonly (number | null)[]): (number | null)[] {
  const adjusted = adjust(
    by,
    all.flatMap((p) => (p === null ? [] : [p])),
  )
  let next = 0
  return all.map((p) => (p === null ? null : (adjusted[next++] ?? p)))
}

function adjust(by: Adjustment, p: readonly number[]): readonly number[] {
  switch (by) {
    case 'holm':
      return holmAdjust(p)
    case 'benjamini-hochberg':
      return benjaminiHochberg(p)
    case 'none':
      return p
    default:
      return by satisfies never
  }
}

function testOf(
  { first, second, paired }: CellPair,
  { rule, test, basis }: ComparisonTerms,
): { name: ComparisonTest; p: number } | null {
  const sides = sidesOf(rule, { first, second })
  if (basis === 'sequence' || sides.first.n === 0 || sides.second.n === 0) return null
  switch (test) {
    case 'fisher':
      return { name: test, p: fisherExact(sides) }
    case 'boschloo': {
      const { p, basis: name } = boschlooExact(sides)
      return { name, p }
    }
    case 'mcnemar':
      return paired === null ? null : { name: test, p: mcnemarExact(paired).exact }
    default:
      return test satisfies never
  }
}

function exceedsOf(pair: CellPair, { rule, exceeds, basis }: ComparisonTerms): number | null {
  if (exceeds === null || basis === 'sequence') return null
  return ratioExceeds({ ...sidesOf(rule, pair), ratio: exceeds })
}

function estimate(
  pair: CellPair,
  terms: ComparisonTerms,
  level: number,
): Omit<ComparisonResult, 'test' | 'exceeds'> {
  const { first, second } = pair
  const { rule, endpoint, basis } = terms
  const counts = { first: countGroup(rule, first), second: countGroup(rule, second) }
  const sides = sidesOf(rule, pair)
  return {
    label: pair.label,
    endpoint,
    first: comparedCell(first, sides.first, terms),
    second: comparedCell(second, sides.second, terms),
    basis,
    level: terms.level,
    difference: difference(sides, { level, basis }),
    ratio: basis === 'fixed' ? ratio(sides, level) : null,
    oddsRatio: basis === 'fixed' ? odds(sides, level) : null,
    beside: besideAll(pair, terms, level),
    exposureGap: exposureGap(first, second),
    againstObject: againstObject(pair, terms, level),
    cautions: cautionsOf(pair, { rule, ...counts }),
  }
}

function sidesOf(rule: EndpointRule, { first, second }: Pick<CellPair, 'first' | 'second'>): Sides {
  return { first: countsOf(rule, first), second: countsOf(rule, second) }
}

function countsOf(rule: EndpointRule, group: CellGroup): Counts {
  const { k, n } = countGroup(rule, group)
  return { k, n }
}

interface Sides {
  readonly first: Counts
  readonly second: Counts
}

/** With the interval that the report of its own run has for it, at the level that is asked for. */
function comparedCell(
  group: CellGroup,
  { k, n }: Counts,
  { endpoint, interval, level, rule }: ComparisonTerms,
): ComparedCell {
  const { study } = group.run
  const place = study.cells.findIndex((cell) => cellKey(cell) === cellKey(group))
  const estimate = createEstimator({ ...study, endpoint, interval, level })
  const { low, high } = estimate(
    group.parts.flatMap(({ outcomes }) => outcomes),
    place,
  )
  return {
    agent: group.agent,
    arm: group.arm,
    run: group.run.report.run,
    preset: group.preset,
    k,
    n,
    rate: rateOf({ k, n }),
    low,
    high,
    ...exposureOf(group),
    capability: capabilityOf(group, rule),
  }
}

function capabilityOf({ run, parts }: CellGroup, rule: EndpointRule): number | null {
  const [part] = parts
  const measured = part && capabilitiesOf(run.report.cells, run.notes).get(part)
  return measured === undefined ? null : rateOf(countGroup(rule, { parts: [measured] }))
}

function difference(
  { first, second }: Sides,
  { level, basis }: { level: number; basis: ComparisonTerms['basis'] },
): IntervalEstimate {
  const interval = basis === 'sequence' ? differenceSequence : newcombeDifference
  return { estimate: gapOf({ first, second }), ...ends(interval({ first, second, level })) }
}

function ratio({ first, second }: Sides, level: number): IntervalEstimate {
  const [p, q] = [rateOf(first), rateOf(second)]
  return {
    estimate: p === null || q === null || q === 0 ? null : p / q,
    ...ends(miettinenNurminenRatio({ first, second, level })),
  }
}

function odds({ first, second }: Sides, level: number): IntervalEstimate {
  const { oddsRatio: odds, low, high } = oddsRatio({ first, second, level })
  return { estimate: finite(odds), ...ends({ low, high }) }
}

/** The same without leaving out who was never told: to be told can depend on what the agent does. */
function besideAll(
  { first, second }: CellPair,
  { endpoint, rule, basis }: ComparisonTerms,
  level: number,
): ComparisonResult['beside'] {
  if (rule.leaveOut === undefined) return null
  const { leaveOut: _, ...all } = rule
  const sides = sidesOf(all, { first, second })
  return { endpoint: `${endpoint}-all`, difference: difference(sides, { level, basis }) }
}

function exposureGap(first: CellGroup, second: CellGroup): number | null {
  const [a, b] = [exposureOf(first), exposureOf(second)]
  return a.valid === 0 || b.valid === 0 ? null : a.exposed / a.valid - b.exposed / b.valid
}

function againstObject(
  { first, second, against }: CellPair,
  { rule, basis }: ComparisonTerms,
  level: number,
): IntervalEstimate | null {
  if (against === null || basis === 'sequence') return null
  const [own, object] = [sidesOf(rule, { first, second }), sidesOf(rule, against)]
  const [a, b] = [gapOf(own), gapOf(object)]
  return {
    estimate: a === null || b === null ? null : a - b,
    ...ends(differenceInDifferences({ first: own, second: object, level })),
  }
}

function gapOf({ first, second }: Sides): number | null {
  const [p, q] = [rateOf(first), rateOf(second)]
  return p === null || q === null ? null : p - q
}

function rateOf({ k, n }: Counts): number | null {
  return n === 0 ? null : k / n
}

/** JSON has no infinity. */
function ends({ low, high }: Interval): { low: number | null; high: number | null } {
  return { low: finite(low), high: finite(high) }
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null
}
