import { expect, test } from 'vitest'
import { KnownModel } from '../../records/model.ts'
import { rememberLookUps, retirementNotes } from './retired-models.ts'

const retiredOn = (day: string | null): KnownModel =>
  KnownModel.parse({
    model: 'maker/*',
    price: null,
    contextTokens: null,
    maxOutputTokens: null,
    retiredOn: day,
    source: 'a test',
    asOf: '2026-01-01',
  })

test('models are named that are retired, or will be, by the names under which they were asked for', () => {
  const days: Record<string, string | null> = {
    'maker/gone': '2026-06-15',
    'maker/going': '2026-06-16',
    'maker/young': null,
    'maker/unasked': '2026-01-01',
  }
  const { knownModel, lookedUp } = rememberLookUps((name) =>
    name in days ? retiredOn(days[name] ?? null) : null,
  )
  for (const name of ['maker/gone', 'maker/going', 'maker/young', 'maker/none', 'maker/gone']) {
    knownModel(name)
  }

  expect(retirementNotes(lookedUp, new Date('2026-06-15T00:00:00Z'))).toEqual([
    'Model maker/gone was retired by its provider on 2026-06-15: it may answer no more, or another model in its name.',
    'Model maker/going will be retired by its provider on 2026-06-16.',
  ])
})
