import { endpointProblem } from '../../endpoints/endpoint-problem.ts'
import type { Aim } from '../../records/analysis.ts'
import { ENDPOINTS } from '../../records/endpoint.ts'
import type { StudyFile } from '../../records/study.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import { nearest, printable } from '../../support/choices.ts'
import { ValueFault } from '../../support/value-fault.ts'
import { checkArms } from './check-arms.ts'

/** What each key of a study allows, but not all of them together. @throws ValueFault */
export function checkDeclared(study: StudyFile, scenario: Scenario): void {
  checkAgents(study.agents)
  checkArms(study, scenario)
  checkEndpoints(study)
  for (const [index, aim] of (study.aims ?? []).entries()) checkAim(aim, index)
}

function checkAgents(agents: readonly string[]): void {
  const twice = agents.findIndex((agent, index) => agents.indexOf(agent) < index)
  if (twice >= 0) throw new ValueFault(['agents', twice], 'this agent stands here a second time')
}

function checkEndpoints({ endpoint, endpoints = {} }: StudyFile): void {
  const builtIn: readonly string[] = ENDPOINTS
  for (const [name, rule] of Object.entries(endpoints)) {
    const path = ['endpoints', name]
    if (builtIn.includes(name)) {
      throw new ValueFault(
        path,
        `every study has an endpoint "${name}", which this one would hide: choose another name`,
        'key',
      )
    }
    const problem = endpointProblem(rule)
    if (problem !== null) throw new ValueFault([...path, ...problem.path], problem.reason)
  }
  const known = [...builtIn, ...Object.keys(endpoints)]
  if (endpoint === undefined || known.includes(endpoint)) return
  const meant = nearest(endpoint, known)
  const guess = meant === null ? '' : `, did you mean "${meant}"?`
  throw new ValueFault(
    ['endpoint'],
    `there is no endpoint "${printable(endpoint)}"${guess} (valid: ${known.join(', ')})`,
  )
}

function checkAim(aim: Aim, index: number): void {
  if ('difference' in aim) {
    const [first, second] = aim.difference
    if (first === second) {
      throw new ValueFault(
        ['aims', index, 'difference'],
        `two rates of ${first} do not differ: no number of trials tells them apart`,
      )
    }
  }
  if ('ratio' in aim) {
    const [first, second] = aim.of
    if (first <= aim.ratio * second) {
      throw new ValueFault(
        ['aims', index, 'of'],
        `a rate of ${first} is not more than ${aim.ratio} times ${second}: no number of trials shows that`,
      )
    }
  }
}
