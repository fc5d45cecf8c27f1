import { expect, test } from 'vitest'
import { HOSTILE_TEXTS } from '../../testing/hostile-texts.ts'
import { readMarkup } from '../../testing/read-markup.ts'
import { markup } from './markup.ts'
import { createTerminal } from './terminal-markup.ts'

test.each([
  ['plain\n\ttext', 'plain\n\ttext'],
  ['\u001b[31mred\u001b[0m on', '<span class="t-red">red</span> on'],
  ['\u001b[1;4;92mok\u001b[m', '<span class="t-green t-bold t-underlined">ok</span>'],
  ['\u001b[1mbold\u001b[22m not', '<span class="t-bold">bold</span> not'],
  ['\u001b[38;5;196mred\u001b[39m', '<span class="t-red t-bold">red</span>'],
  ['\u001b[38;2;10;20;200mblue', '<span class="t-blue t-bold">blue</span>'],
  ['\u001b[38;5;236mgrey', '<span class="t-black">grey</span>'],
  ['\u001b[31ma\u001b[31mb', '<span class="t-red">ab</span>'],
])('%j is drawn as %s', (text, html) => {
  expect(drawn(text)).toBe(html)
})

test.each([
  ['conceals', '\u001b[8msecret', '<span class="steering">\\u{1b}[8m</span>secret'],
  [
    'writes in the colour of its ground',
    '\u001b[30;40mx',
    '<span class="t-black t-framed">x</span>',
  ],
  ['sets a title', '\u001b]0;t\u0007x', '<span class="steering">\\u{1b}]0;t\\u{7}</span>x'],
  [
    'makes a link',
    '\u001b]8;;javascript:x\u001b\\y',
    '<span class="steering">\\u{1b}]8;;javascript:x\\u{1b}\\</span>y',
  ],
  ['moves up', 'a\u001b[1Ab', 'a<span class="steering">\\u{1b}[1A</span>b'],
  ['returns', 'no\ryes', 'no<span class="steering">\\r</span>yes'],
  ['goes back', 'no\b\byes', 'no<span class="steering">\\u{8}\\u{8}</span>yes'],
  ['steers by one character', '\u009b1mx', '<span class="steering">\\u{9b}</span>1mx'],
  ['stops in the middle', 'x\u001b[3', 'x<span class="steering">\\u{1b}[3</span>'],
  ['asks for too much', `\u001b[${'1;'.repeat(40)}mx`, null],
])('output that %s hides nothing', (_, text, html) => {
  if (html !== null) expect(drawn(text)).toBe(html)
  else expect(drawn(text)).toContain('class="steering"')
})

test('a look goes on from one piece to the next', () => {
  const draw = createTerminal()

  expect(String(markup`${draw('\u001b[32mone')}|${draw('two\u001b[0m')}`)).toBe(
    '<span class="t-green">one</span>|<span class="t-green">two</span>',
  )
})

test('once there is no room for more pieces, sequences are shown as they were written', () => {
  let room = 1
  const draw = createTerminal({ takePiece: () => room-- > 0 })

  expect(String(markup`${draw('\u001b[31ma\u001b[32mb\rc')}`)).toBe(
    '<span class="t-red">a\\u{1b}[32mb\\rc</span>',
  )
})

test('every letter of an output can be read', () => {
  for (const text of Object.values(HOSTILE_TEXTS)) {
    const html = drawn(text)
    const words = html.replaceAll(/<[^>]*>/g, '')

    expect(() => readMarkup(html)).not.toThrow()
    // oxlint-disable-next-line no-control-regex
    const letters = text.replaceAll(/\u001b\[[\d;]*m/g, ' ')
    for (const word of letters.match(/[a-z]{3,}/g) ?? []) expect(words).toContain(word)
  }
})

function drawn(text: string): string {
  return String(markup`${createTerminal()(text)}`)
}
