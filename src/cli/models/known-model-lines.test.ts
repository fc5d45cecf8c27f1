import { expect, test } from 'vitest'
import { KnownModel } from '../../records/model.ts'
import { createPaint } from '../../reports/create-paint.ts'
import { knownModelLines } from './known-model-lines.ts'

const DAY = '2026-11-23'

function known(model: string, other: Partial<KnownModel> = {}): KnownModel {
  return KnownModel.parse({
    model,
    price: { input: 1, output: 2 },
    contextTokens: 1_000,
    maxOutputTokens: 100,
    source: 'a test',
    asOf: '2026-01-01',
    ...other,
  })
}

function lines(models: readonly KnownModel[], width = 80): string[] {
  return knownModelLines({ width, paint: createPaint(false) }, models, DAY)
}

test('a model stands with its snapshots that are like it; another one, and one that ends otherwise, for itself', () => {
  const models = [
    known('maker/m'),
    known('maker/m-2026-01-02'),
    known('maker/m-20260304'),
    known('maker/m-2026-05-06', { retiredOn: '2027-01-01' }),
    known('maker/m-mini'),
    known('maker/n-2026-01-02'),
  ]

  expect(lines(models).slice(4, -4)).toEqual([
    'maker/',
    '  m[-2026-01-02][-20260304]  1.00  2.00    1,000',
    '  m-2026-05-06               1.00  2.00    1,000  2027-01-01',
    '  m-mini                     1.00  2.00    1,000',
    '  n-2026-01-02               1.00  2.00    1,000',
  ])
})

test('a model that is retired is counted, from its day on', () => {
  const models = [
    known('maker/gone', { retiredOn: DAY }),
    known('maker/going', { retiredOn: '2026-11-24', asOf: '2026-01-03' }),
  ]

  const said = lines(models).join('\n')

  expect(said).toContain('  going ')
  expect(said).not.toContain('gone')
  expect(said).toContain('As read on 2026-01-01 to 2026-01-03; where, and the 1 that are retired')
})

test('where there is no room for columns, each is told below its name', () => {
  const models = [known('maker/m', { price: null, retiredOn: '2027-01-01' })]

  expect(lines(models, 30).slice(4, 7)).toEqual([
    '  maker/m',
    '    – in, – out, 1,000 of',
    '    context, ends on',
  ])
})
