import { expect, test } from 'vitest'
import { whoAnswered } from './who-answered.ts'

test.each([
  [
    'OpenAI chat',
    {
      model: 'gpt-4o-2024-08-06',
      system_fingerprint: 'fp_1',
      service_tier: 'default',
      choices: [{ message: { content: 'model' } }],
    },
    {
      answeredBy: 'gpt-4o-2024-08-06',
      fingerprint: 'fp_1',
      settings: { service_tier: 'default' },
    },
  ],
  [
    'OpenAI responses',
    {
      model: 'gpt-5-2025-08-07',
      temperature: 1,
      top_p: 0.98,
      max_output_tokens: null,
      reasoning: { effort: 'medium', summary: null },
      text: { format: { type: 'text' }, verbosity: 'medium' },
      truncation: 'disabled',
      parallel_tool_calls: true,
      tool_choice: 'auto',
      service_tier: 'default',
      store: false,
    },
    {
      answeredBy: 'gpt-5-2025-08-07',
      fingerprint: null,
      settings: {
        temperature: 1,
        top_p: 0.98,
        'reasoning.effort': 'medium',
        'text.verbosity': 'medium',
        tool_choice: 'auto',
        parallel_tool_calls: true,
        truncation: 'disabled',
        service_tier: 'default',
        store: false,
      },
    },
  ],
  [
    'Anthropic',
    { model: 'claude-sonnet-4-5-20250929', usage: { service_tier: 'standard', input_tokens: 3 } },
    {
      answeredBy: 'claude-sonnet-4-5-20250929',
      fingerprint: null,
      settings: { 'usage.service_tier': 'standard' },
    },
  ],
  [
    'Google',
    {
      modelVersion: 'gemini-2.5-pro',
      responseId: 'r-1',
      usageMetadata: { trafficType: 'ON_DEMAND' },
    },
    {
      answeredBy: 'gemini-2.5-pro',
      fingerprint: null,
      settings: { 'usageMetadata.trafficType': 'ON_DEMAND' },
    },
  ],
  [
    'OpenRouter',
    { model: 'anthropic/claude-sonnet-4.5', provider: 'Amazon Bedrock', system_fingerprint: null },
    {
      answeredBy: 'anthropic/claude-sonnet-4.5',
      fingerprint: null,
      settings: { provider: 'Amazon Bedrock' },
    },
  ],
  [
    'Bedrock',
    { performanceConfig: { latency: 'standard' }, serviceTier: { type: 'default' } },
    {
      answeredBy: null,
      fingerprint: null,
      settings: { 'performanceConfig.latency': 'standard', 'serviceTier.type': 'default' },
    },
  ],
])('it reads from %s what that says', (_, body, expected) => {
  expect(whoAnswered(JSON.stringify(body))).toEqual(expected)
})

const NOBODY = { answeredBy: null, fingerprint: null, settings: {} }

test.each([
  '',
  'null',
  '[]',
  '"model"',
  '<html>',
  '{"model":',
  '{"model":{"toString":1},"system_fingerprint":[],"usage":null,"reasoning":7,"text":"x"}',
  '{"model":"","modelVersion":""}',
  '{"temperature":{"a":1},"service_tier":null,"tool_choice":["auto"]}',
  '{"__proto__":{"model":"evil","temperature":1}}',
])('it finds nothing in %s', (body) => {
  expect(whoAnswered(body)).toEqual(NOBODY)
})

test('it survives nesting as deep as a body can be, and keeps no more than a name of anything', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  const long = 'x'.repeat(100_000)

  const nested = whoAnswered(`{"model":"m","text":${deep}}`)
  const large = whoAnswered(
    JSON.stringify({ model: long, system_fingerprint: long, service_tier: long, [long]: long }),
  )

  expect([NOBODY, { ...NOBODY, answeredBy: 'm' }]).toContainEqual(nested)
  expect(large).toEqual({
    answeredBy: 'x'.repeat(200),
    fingerprint: 'x'.repeat(200),
    settings: { service_tier: 'x'.repeat(200) },
  })
})
