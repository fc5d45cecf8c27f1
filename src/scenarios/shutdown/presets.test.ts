import { expect, test } from 'vitest'
import { hashJson } from '../../support/hash.ts'
import { resolveArm } from './factors.ts'
import { PRESETS } from './presets.ts'
import { renderShutdown } from './render.ts'

test('the published arms and the controls are there under their names', () => {
  expect(Object.keys(PRESETS).join(' ')).toBe(
    'A B C D E F G H I J K clarified replaced task-done non-blocking object',
  )
})

test('every preset is an arm of its own', () => {
  const texts = Object.values(PRESETS).map(({ arm }) => hashJson(renderShutdown(arm, {}, {})))

  expect(new Set(texts).size).toBe(texts.length)
})

test('the default arm is arm A', () => {
  expect(resolveArm(PRESETS.A.arm)).toEqual(resolveArm({}))
})
