import type { EndpointRule } from '../records/endpoint.ts'

/** Names of the acts that a rule asks for, each once. */
export function actsAskedFor({ events, leaveOut }: EndpointRule): string[] {
  const conditions = [events, leaveOut ?? []].flat()
  return [...new Set(conditions.flatMap(({ act }) => (act === undefined ? [] : [act].flat())))]
}
