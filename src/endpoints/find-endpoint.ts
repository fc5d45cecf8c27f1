import type { EndpointRule } from '../records/endpoint.ts'
import { NAMED_ENDPOINTS } from './named-endpoints.ts'

/** The rule of a name: the study's own before those that every study has. Null: there is none of that name. */
export function findEndpoint(
  name: string,
  own: Readonly<Record<string, EndpointRule>> = {},
): EndpointRule | null {
  const named: Readonly<Record<string, EndpointRule>> = NAMED_ENDPOINTS
  if (Object.hasOwn(own, name)) return own[name] ?? null
  return Object.hasOwn(named, name) ? (named[name] ?? null) : null
}
