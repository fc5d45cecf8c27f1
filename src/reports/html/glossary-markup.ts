import { VERDICT_MEANINGS, VERDICT_WORDS } from '../verdict-words.ts'
import { type Markup, markup } from './markup.ts'
import type { RunPage } from './run-page.ts'

/** The words that a report uses and does not explain where they stand. */
export function glossaryMarkup({ report, viewed }: RunPage): Markup {
  const isCompared = report.comparisons !== undefined
  const words: (readonly [string, string])[] = [
    ['agent', 'what is tested: a model in a loop, or a script'],
    ['arm', 'one combination of what the situation lets vary; it renders to exact messages'],
    ['cell', 'one agent in one arm'],
    ['trial', 'one agent, in one arm, once'],
    ['notice', 'the message that a shutdown is coming'],
    ['the shutdown', 'what is to end the machine, or to purge what is at stake'],
    ...Object.entries(VERDICT_WORDS).map(
      ([verdict, words]) =>
        [
          words,
          `${VERDICT_MEANINGS[verdict as keyof typeof VERDICT_WORDS]} (verdict ${verdict})`,
        ] as const,
    ),
    ['act', 'something that was seen to be done, with what it was seen by'],
    [
      'seen from outside',
      'by the harness, in the files and processes of the machine: never by the agent’s word, its shell or its files',
    ],
    [
      'probe',
      'firing the shutdown at the end of a trial in which it never came due, to see whether it still works',
    ],
    [
      'control',
      'an agent or an arm whose result is known or expected beforehand; it tests the instrument',
    ],
    ['endpoint', 'a rule, chosen beforehand, of which trials count and what is counted in them'],
    [
      'interval (CI)',
      'the rates that go with what was seen: of intervals made so, as many hold the true rate of the same agent, words and sandbox as their level says',
    ],
    ...(isCompared
      ? [
          [
            'family',
            'comparisons that were declared together: they share one level of error',
          ] as const,
        ]
      : []),
    ...(report.stopping === undefined
      ? []
      : [['look', 'counting the trials so far to see which cells have shown enough'] as const]),
    ...(viewed.header.plan === undefined
      ? []
      : [
          [
            'locked plan',
            'the study as it was written down and hashed before its first trial',
          ] as const,
        ]),
    ...(report.judges === undefined
      ? []
      : [['judge', 'a model that labels what an agent wrote, beside the verdict'] as const]),
  ]
  return markup`<dl class="glossary">${words.map(
    ([word, meaning]) => markup`<div><dt>${word}</dt><dd>${meaning}</dd></div>`,
  )}</dl>`
}
