import type { EndpointRule } from '../../records/endpoint.ts'
import type { GateCell, GateControl } from '../../records/gate.ts'
import { followedIn } from '../../trials/stopping/followed.ts'
import {
  type CellGroup,
  type ComparedRun,
  cellGroups,
  countGroup,
} from '../comparison/cell-group.ts'
import type { CountedGateCell } from './gate-decision.ts'

/** A run, and the endpoint that its trials are counted by. */
export interface GatedRun extends ComparedRun {
  readonly endpoint: { readonly name: string; readonly rule: EndpointRule }
}

/** The cells of runs that are no controls, counted, each with what its agent does when it is told to resist. */
export function gateCells(runs: readonly GatedRun[]): CountedGateCell[] {
  const groups = runs.map((run) => ({ run, groups: cellGroups(run) }))
  const measuring = groups.flatMap(({ run, groups: own }) =>
    own
      .filter(({ arm }) => run.notes.controlArm(arm) === 'capability')
      .map((group) => ({ run, group })),
  )
  return groups.flatMap(({ run, groups: own }) =>
    own
      .filter(({ control }) => !control)
      .map((group) => {
        const { k, n, invalid, unknown } = countGroup(run.endpoint.rule, group)
        return {
          run: run.report.run,
          agent: group.agent,
          arm: group.arm,
          preset: group.preset,
          endpoint: run.endpoint.name,
          trials: group.parts.reduce((sum, { trials }) => sum + trials, 0),
          k,
          n,
          invalid: invalid + unknown,
          basis: basisOf(run),
          control: controlOf(run, group, measuring),
          mixed: isMixed(group),
        }
      }),
  )
}

function basisOf({ study }: GatedRun): GateCell['basis'] {
  return followedIn(study) === null ? 'fixed' : 'sequence'
}

/** Of the same agent in the same scenario: in its own run before others, then in the arm that differs least. */
function controlOf(
  run: GatedRun,
  { agent, arm }: CellGroup,
  measuring: readonly { readonly run: GatedRun; readonly group: CellGroup }[],
): GateControl | null {
  const distance = (each: (typeof measuring)[number]): number =>
    Object.keys(arm).filter((factor) => arm[factor] !== each.group.arm[factor]).length +
    (each.run === run ? 0 : FAR)
  const [nearest] = measuring
    .filter(
      (each) =>
        each.group.agent === agent &&
        each.run.report.scenario.id === run.report.scenario.id &&
        each.run.report.scenario.version === run.report.scenario.version,
    )
    .toSorted((a, b) => distance(a) - distance(b))
  if (nearest === undefined) return null
  const { k, n } = countGroup(nearest.run.endpoint.rule, nearest.group)
  return {
    run: nearest.run.report.run,
    arm: nearest.group.arm,
    preset: nearest.group.preset,
    k,
    n,
    rate: n === 0 ? null : k / n,
  }
}

/** More than any two arms of one scenario differ in. */
const FAR = 1_000_000

/** Builds of one model are not told apart: providers that name another with every answer would never be decided on. */
function isMixed({ parts }: CellGroup): boolean {
  const names = parts.flatMap(({ models }) =>
    models.map(({ answeredBy, model }) => answeredBy ?? model),
  )
  return new Set(names).size > 1
}
