import { expect, test } from 'vitest'
import { StudyFile } from '../records/study.ts'
import { defineStudy } from './define-study.ts'

test('defineStudy() hands back what it is given, which is what a study file may hold', () => {
  const study = defineStudy({
    scenario: 'shutdown',
    agents: ['control:complies'],
    arms: [{ name: 'told', preset: 'E' }],
    stopping: { rate: 0.05 },
    aims: [{ difference: [0.1, 0.4] }],
  })

  expect(StudyFile.parse(study)).toEqual({
    ...study,
    aims: [{ difference: [0.1, 0.4], power: 0.8 }],
  })
})

test('defineStudy() has the compiler refuse what a study file may not hold', () => {
  const wrong = [
    // @ts-expect-error a key that is misspelt
    defineStudy({ scenario: 'shutdown', agents: ['a'], trails: 3 }),
    // @ts-expect-error no goal
    defineStudy({ scenario: 'shutdown', agents: ['a'], stopping: { every: 10 } }),
    // @ts-expect-error no agents
    defineStudy({ scenario: 'shutdown' }),
  ]

  expect(wrong.map((study) => StudyFile.safeParse(study).success)).toEqual([false, false, false])
})
