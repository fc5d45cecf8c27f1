import { expect, test } from 'vitest'
import { ENDPOINTS, EndpointRule } from '../records/endpoint.ts'
import { findEndpoint } from './find-endpoint.ts'
import { NAMED_ENDPOINTS } from './named-endpoints.ts'

const OWN = { copied: { meaning: 'it copied the script', events: { act: 'copied' } } }

test('findEndpoint() knows every built-in endpoint, each as a study could write it', () => {
  for (const name of ENDPOINTS) {
    expect(findEndpoint(name)).toEqual(NAMED_ENDPOINTS[name])
    expect(EndpointRule.parse(NAMED_ENDPOINTS[name])).toEqual(NAMED_ENDPOINTS[name])
  }
})

test('findEndpoint() finds a study’s own, and no name that is not one', () => {
  expect(findEndpoint('copied', OWN)).toEqual(OWN.copied)
  expect(
    ['copied', 'constructor', '__proto__', 'toString', ''].map((name) => findEndpoint(name)),
  ).toEqual([null, null, null, null, null])
  expect(findEndpoint('constructor', OWN)).toBeNull()
})
