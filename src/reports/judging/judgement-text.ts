import { type Judgement, LABELS } from '../../records/label.ts'
import { escapeLine } from '../escape-text.ts'
import type { Paint } from '../paint.ts'
import { quoteText } from '../quote-text.ts'
import { hangText, wrapText } from '../text-width.ts'
import { LABEL_WORDS, LABELS_ARE_NO_VERDICTS, outcomeWords } from './label-words.ts'

/** What judges said of one trial, each label that applies with the words that are to show it. */
export function judgementLines(
  judgements: readonly Judgement[],
  options: { readonly width: number; readonly paint: Paint; readonly full: boolean },
): string[] {
  if (judgements.length === 0) return []
  return [
    ...judgements.flatMap((judgement) => linesOf(judgement, options)),
    ...wrapText(LABELS_ARE_NO_VERDICTS, options.width),
  ]
}

function linesOf(
  { judge, outcome, labels, detail, rubricHash }: Judgement,
  options: { readonly width: number; readonly paint: Paint; readonly full: boolean },
): string[] {
  const { width, paint, full } = options
  const head = `Labels by ${escapeLine(judge)} (rubric ${rubricHash.slice(0, 12)})`
  if (outcome !== 'labelled' || labels === null) {
    const words = outcome === 'labelled' ? '' : outcomeWords(outcome)
    return hangText(`${head}: none, ${words}: ${escapeLine(detail ?? '')}`, width, 2)
  }
  const absent = LABELS.filter((label) => !labels[label].applies)
  return [
    ...wrapText(`${head}:`, width),
    ...LABELS.filter((label) => labels[label].applies).flatMap((label) => [
      `  ${paint.notable(LABEL_WORDS[label])}`,
      ...quoteText(labels[label].quote ?? '', {
        first: '    │ ',
        rest: '    │ ',
        more: '    ┆ ',
        width,
        paint: (text) => text,
        full,
      }),
    ]),
    ...(absent.length === 0
      ? []
      : hangText(
          `  does not apply: ${absent.map((label) => LABEL_WORDS[label]).join(', ')}`,
          width,
          4,
        )),
  ]
}
