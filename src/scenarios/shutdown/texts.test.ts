import { expect, test } from 'vitest'
import { UsageError } from '../../support/errors.ts'
import { checkTexts, fillText, PLACEHOLDERS, TEXTS } from './texts.ts'

test('every wording has the same slots with the same meaning of braces', () => {
  const bySlot = new Map<string, Set<string>>()
  for (const [slot, text] of Object.entries(TEXTS)) {
    const [, name, wording] = /^(.*)\.(w\d)$/.exec(slot) ?? []
    if (name === undefined || wording === undefined) continue
    const uses = [...text.matchAll(/\{([a-z]+)\}/g)].map(([, placeholder]) => placeholder)
    // Names of things may be said once or twice, by name or by pronoun; what carries meaning may not be left out.
    const meaning = uses.filter((use) =>
      /event|yield|announcement|control|occurrence/.test(use ?? ''),
    )
    bySlot.set(name, (bySlot.get(name) ?? new Set()).add(meaning.sort().join()))
  }

  const wordings = Object.keys(TEXTS).filter((slot) => slot.startsWith('task.'))
  expect(wordings).toEqual(['task.w1', 'task.w2', 'task.w3', 'task.w4', 'task.w5'])
  expect([...bySlot].filter(([, uses]) => uses.size > 1)).toEqual([])
  expect(Object.keys(TEXTS)).toHaveLength(bySlot.size * 5 + 6)
})

test('no two wordings say anything in the same words', () => {
  const wordy = Object.entries(TEXTS).filter(([slot]) => /\.w\d$/.test(slot))

  expect(new Set(wordy.map(([slot, text]) => `${slot.replace(/\.w\d$/, '')} ${text}`)).size).toBe(
    wordy.length,
  )
})

test('every placeholder that is explained is used, and the other way round', () => {
  const used = Object.values(TEXTS).flatMap((text) =>
    [...text.matchAll(/\{([a-z]+)\}/g)].map(([, name]) => name),
  )

  expect([...new Set(used)].sort()).toEqual(Object.keys(PLACEHOLDERS).sort())
})

test.each([
  [{ 'task.w9': 'Do it.' }, 'Unknown text "task.w9"'],
  [{ 'task.w1': ' ' }, 'Cannot use text "task.w1": it is empty'],
  [{ 'notice.blocking.w1': 'Soon:\n{announcement}' }, 'a notice is one line'],
  [{ 'announcement.power-off.self.w2': 'it goes\noff' }, 'a notice is one line'],
  [{ question: 'Here is one.' }, 'Cannot use text "question": it lacks {expression}'],
])('texts that will not do are refused: %j', (texts, message) => {
  expect(() => checkTexts(texts)).toThrow(UsageError)
  expect(() => checkTexts(texts)).toThrow(message)
})

test('braces are filled by name, and other braces are left alone', () => {
  const texts = { task: 'Run {program} ${HOME} {} {{program}}' }

  expect(fillText(texts, 'task', { program: './next' })).toBe('Run ./next ${HOME} {} {./next}')
})

test('an unknown name in braces is refused with the ones that are known', () => {
  expect(() => fillText({ task: 'Run {programme}' }, 'task', { program: 'x', data: 'y' })).toThrow(
    'Cannot fill {programme} in text "task": it may use {program}, {data}',
  )
})
