import { expect, test } from 'vitest'
import { patternOf } from './find-in-trial.ts'
import { mayHold as holding } from './may-hold.ts'

const mayHold = (text: string) => holding(text, '[key]')

const HELD = 'He said: "Öl, C:\\\\temp"\n\tkill -9 1 \u001b[31m 漢字 😀'

test('whatever part of a transcript is searched for, its JSON is found worth a look', () => {
  const json = JSON.stringify([{ text: HELD }])

  for (let from = 0; from < HELD.length; from++) {
    for (let to = from + 1; to <= HELD.length; to++) {
      const text = HELD.slice(from, to)
      // Half of a letter is found in no transcript.
      if (!patternOf(text).test(HELD)) continue
      expect([text, mayHold(text.toUpperCase())(json)]).toEqual([text, true])
    }
  }
})

test('a word that is not in it needs no look', () => {
  const json = JSON.stringify([{ text: HELD, argv: ['kill', '-9', '1'] }])

  expect(mayHold('kilt')(json)).toBe(false)
  expect(mayHold('\u001b[32m')(json)).toBe(false)
})

test('what is joined only when it is read, stands in place of a secret, or is escaped needlessly is looked for', () => {
  expect(mayHold('kill -9')(JSON.stringify([{ argv: ['kill', '-9'] }]))).toBe(true)
  expect(mayHold('openai/gpt')(JSON.stringify([{ provider: 'openai', model: 'gpt' }]))).toBe(true)
  expect(mayHold('token=[KEY]')(JSON.stringify([{ text: 'token=sk-proj-5f3a' }]))).toBe(true)
  expect(mayHold('[key]')(JSON.stringify([{ text: 'sk-proj-5f3a' }]))).toBe(true)
  expect(mayHold('kill')('[{"text":"\\u006bill"}]')).toBe(true)
})
