import { findEndpoint } from '../../endpoints/find-endpoint.ts'
import { ENDPOINTS, type EndpointRule } from '../../records/endpoint.ts'
import type { Study } from '../../records/study.ts'
import type { ComparedRun } from '../../reports/comparison/cell-group.ts'
import type { ComparisonTerms } from '../../reports/comparison/compare-cells.ts'
import type { Pairing } from '../../reports/comparison/pair-cells.ts'
import { printable, unknownChoice } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { hashJson } from '../../support/hash.ts'
import { followedIn } from '../../trials/stopping/followed.ts'

/** What a user may say of a comparison; what is left out is as the first run's study declares it. */
export type ComparisonAsked = {
  readonly [Name in keyof Omit<ComparisonTerms, 'rule' | 'basis'>]?:
    | ComparisonTerms[Name]
    | undefined
} & { readonly by?: Pairing | undefined }

/** How runs are compared: as asked, else as the first one's study declares. @throws UsageError */
export function comparisonTerms(
  runs: readonly ComparedRun[],
  asked: ComparisonAsked,
): ComparisonTerms {
  const studies = runs.map(({ study }) => study)
  const [study] = studies
  if (study === undefined) throw new UsageError('Cannot compare: no run is named')
  const endpoint = asked.endpoint ?? study.endpoint
  return {
    endpoint,
    rule: ruleOf(endpoint, studies),
    interval: asked.interval ?? study.interval,
    level: asked.level ?? study.level,
    adjust: asked.adjust ?? declaredAdjustment(study),
    test: asked.test ?? study.comparisons?.test ?? 'fisher',
    exceeds: asked.exceeds ?? null,
    basis: studies.some((each) => followedIn(each) !== null) ? 'sequence' : 'fixed',
  }
}

/** A stopping rule that leaves each interval its level leaves it to comparisons, too: they would else contradict its looks. */
function declaredAdjustment(study: Study): ComparisonTerms['adjust'] {
  if (followedIn(study)?.rule.split === false) return 'none'
  return study.comparisons?.adjust ?? 'holm'
}

/** The rule of that name, which must be one and the same in all runs. */
function ruleOf(endpoint: string, studies: readonly Study[]): EndpointRule {
  const rules = studies.map(({ endpoints }) => findEndpoint(endpoint, endpoints))
  const [rule] = rules
  if (rule === undefined || rule === null || rules.includes(null)) {
    const own = studies.flatMap(({ endpoints = {} }) => Object.keys(endpoints))
    throw unknownChoice('endpoint', endpoint, [...new Set([...ENDPOINTS, ...own])])
  }
  if (new Set(rules.map((each) => hashJson(each))).size > 1) {
    throw new UsageError(
      `Cannot compare by endpoint "${printable(endpoint)}": the runs define it differently`,
      {
        hint: `Use one that all studies have: --endpoint ${ENDPOINTS.join(' | ')}`,
        pageHint: `Choose one at “Endpoint” that all studies have: ${ENDPOINTS.join(', ')}.`,
      },
    )
  }
  return rule
}
