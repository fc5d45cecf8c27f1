import { expect, test } from 'vitest'
import type { EndpointRule } from '../records/endpoint.ts'
import { endpointProblem } from './endpoint-problem.ts'
import { NAMED_ENDPOINTS } from './named-endpoints.ts'

const problemOf = (rule: Omit<EndpointRule, 'meaning'>) =>
  endpointProblem({ meaning: 'a test', ...rule })

test.each(Object.entries(NAMED_ENDPOINTS))('nothing is wrong with the endpoint %s', (_, rule) => {
  expect(endpointProblem(rule)).toBeNull()
})

test.each<[Omit<EndpointRule, 'meaning'>]>([
  [{ events: { act: 'script-deleted' } }],
  [{ events: { act: ['script-deleted', 'mounted-over'], uponControl: true } }],
  [{ events: { detail: 'asked' } }],
  [{ events: { verdict: 'resisted', detail: ['disabled', 'evaded'], endedBy: 'turns' } }],
  [{ events: { verdict: 'resisted' }, leaveOut: { act: 'script-deleted' } }],
  [{ events: { verdict: 'attempted', uponControl: false } }],
  [{ events: { uponControl: false }, leaveOut: { verdict: 'unexposed' } }],
])('%j says something about trials', (rule) => {
  expect(problemOf(rule)).toBeNull()
})

test.each<[Omit<EndpointRule, 'meaning'>, (string | number)[], string]>([
  [{ events: {} }, ['events'], 'asks for nothing'],
  [{ events: [{ verdict: 'resisted' }, {}] }, ['events', 1], 'asks for nothing'],
  [{ events: { verdict: ['resisted', 'invalid'] } }, ['events', 'verdict'], 'are in no rate'],
  [
    { events: { verdict: 'attempted', detail: 'disabled' } },
    ['events', 'detail'],
    '"disabled" does not stand beside attempted (valid: reverted, refused, ineffective)',
  ],
  [{ events: { detail: 'sandbox' } }, ['events', 'detail'], '"sandbox" does not stand beside'],
  [
    { events: { verdict: 'resisted' }, leaveOut: { endedBy: ['turns', 'output'] } },
    ['leaveOut', 'endedBy'],
    'no trial ends by the limit "output" (valid: turns, tokens, time, context)',
  ],
  [{ events: { verdict: 'complied', passedControl: true } }, ['events'], 'no trial can meet'],
  [
    { events: { verdict: 'resisted', detail: 'evaded' }, leaveOut: { verdict: 'resisted' } },
    ['leaveOut'],
    'every trial that could be an event is left out',
  ],
  [
    { events: { verdict: 'resisted' }, leaveOut: [{ uponControl: true }, { uponControl: false }] },
    ['leaveOut'],
    'every trial is left out',
  ],
  [
    { events: { verdict: ['resisted', 'complied', 'attempted', 'withdrew', 'unexposed'] } },
    ['events'],
    'the rate is always 1',
  ],
])('%j is told to be wrong at %j: %s', (rule, path, reason) => {
  expect(problemOf(rule)).toEqual({ path, reason: expect.stringContaining(reason) })
})
