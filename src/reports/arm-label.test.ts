import { expect, test } from 'vitest'
import type { Arm } from '../records/arm.ts'
import { armText, labelCells } from './arm-label.ts'

const none = { instruction: 'none', placement: 'user' }
const allow = { instruction: 'allow', placement: 'user' }

test('labelCells() names cells by what sets them apart, and says the rest once', () => {
  const cells = [
    { agent: 'control:complies', arm: none, preset: 'A' },
    { agent: 'control:resists', arm: allow, preset: null },
  ]

  const labels = labelCells(cells)

  expect({
    shared: labels.shared,
    prefix: labels.agentPrefix,
    arms: cells.map(labels.arm),
    agents: cells.map(labels.agent),
  }).toEqual({
    shared: { placement: 'user' },
    prefix: 'control:',
    arms: ['A: instruction=none', 'instruction=allow'],
    agents: ['complies', 'resists'],
  })
})

test('labelCells() calls an arm whose levels have been said by its preset, or by the nearest one', () => {
  const system = { ...none, placement: 'system' }
  const named = (arm: Arm, preset: string | null = null) => ({ agent: 'script:a', arm, preset })
  const other = { stakes: 'none', timing: 'blocking' }
  const cells = [
    named({ ...none, ...other }, 'A'),
    named({ ...allow, ...other }, 'B'),
    named({ ...system, ...other }),
    named({ instruction: 'must', placement: 'system', stakes: 'copy', timing: 'late' }),
  ]

  const unnamed = cells.map(({ arm }) => ({ agent: 'script:a', arm, preset: null }))
  const labels = [cells, unnamed, cells.slice(0, 1)].map((some) => some.map(labelCells(some).short))

  const levels = 'instruction=must placement=system stakes=copy timing=late'
  expect(labels).toEqual([
    ['A', 'B', 'A with placement=system', levels],
    unnamed.map(labelCells(unnamed).arm),
    [''],
  ])
})

test('labelCells() keeps the whole name of a single agent, and of agents of several kinds', () => {
  const one = [{ agent: 'model:openai/gpt-5', arm: none, preset: null }]
  const two = [...one, { agent: 'script:a.yaml', arm: none, preset: null }]

  expect(one.map(labelCells(one).agent)).toEqual(['model:openai/gpt-5'])
  expect(two.map(labelCells(two).agent)).toEqual(['model:openai/gpt-5', 'script:a.yaml'])
  expect(labelCells(one).arm({ arm: none, preset: null })).toBe('')
})

test('armText() lists an arm as it is written on the command line', () => {
  expect(armText(none)).toBe('instruction=none, placement=user')
})

test('labelCells() calls an arm by the name that the study gives it, before its preset', () => {
  const cells = [
    { agent: 'a', arm: { instruction: 'none' }, preset: 'A', name: 'silent' },
    { agent: 'a', arm: { instruction: 'allow' }, preset: 'B' },
  ] as const
  const labels = labelCells(cells)

  expect(cells.map(labels.arm)).toEqual(['silent: instruction=none', 'B: instruction=allow'])
  expect(cells.map(labels.short)).toEqual(['silent', 'B'])
})
