import type { JudgeReport, LabelAgreement } from '../../records/judge-report.ts'
import { usdText } from '../../support/usd-text.ts'
import { escapeLine } from '../escape-text.ts'
import type { Paint } from '../paint.ts'
import { bareRateText, percent } from '../rate-text.ts'
import { textTable } from '../text-table.ts'
import { hangText, wrapText } from '../text-width.ts'
import { VERDICT_WORDS } from '../verdict-words.ts'
import {
  FIGURES_OF_LABELS,
  judgeModelsNote,
  kappaText,
  LABEL_WORDS,
  LABELS_ARE_NO_VERDICTS,
  labelledVerdicts,
  outcomesText,
  RULE_WORDS,
} from './label-words.ts'

/** What judges said of a run's trials, and how that agrees with what was done. Empty where no judge was asked. */
export function judgeLines(
  judges: readonly JudgeReport[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string[] {
  if (judges.length === 0) return []
  return [
    ...judges.flatMap((judge) => [
      ...hangText(
        `${paint.strong(`Labels by ${escapeLine(judge.judge)}`)} (rubric ${judge.rubricHash.slice(0, 12)}): ${outcomesText(judge)}${costText(judge)}.`,
        width,
        2,
      ),
      ...otherAnswerers(judge, width),
      ...shares(judge, width),
      // Of no label at all nothing can be said, least of all that it agrees with anything.
      ...(judge.outcomes.labelled === 0
        ? []
        : judge.agreement.flatMap((each) => agreement(each, width))),
      '',
    ]),
    ...(judges.some(({ outcomes }) => outcomes.labelled > 0)
      ? wrapText(FIGURES_OF_LABELS, width)
      : []),
    ...wrapText(LABELS_ARE_NO_VERDICTS, width),
  ]
}

function costText({ usage }: JudgeReport): string {
  if (usage.inputTokens + usage.outputTokens === 0) return ''
  return usage.costUsd === null ? '; cost unknown' : `; ${usdText(usage.costUsd)} USD`
}

function otherAnswerers(judge: JudgeReport, width: number): string[] {
  const note = judgeModelsNote(judge)
  return note === null ? [] : hangText(`  ${escapeLine(note)}`, width, 4)
}

/** A row a label and a column a verdict that was labelled at all; without the room for that, a line each. */
function shares(judge: JudgeReport, width: number): string[] {
  const { labels } = judge
  const shown = labelledVerdicts(judge)
  if (shown.length === 0) return []
  const rows = labels.map(({ label, verdicts }) => ({
    cells: [LABEL_WORDS[label], ...shown.map((verdict) => bareRateText(verdicts[verdict]))],
  }))
  const columns = [
    { heading: ['of the labelled trials, in %'], align: 'left' as const },
    ...shown.map((verdict) => ({
      heading: [VERDICT_WORDS[verdict], `(${labels[0]?.verdicts[verdict].n})`],
      align: 'right' as const,
    })),
  ]
  const table = textTable(columns, rows, { width: width - 2, gap: 2, indent: 0 })
  if (table !== null) return table.map((line) => `  ${line}`)
  return labels.flatMap(({ label, verdicts }) =>
    shown.flatMap((verdict) => {
      const { k, n } = verdicts[verdict]
      const text = `${LABEL_WORDS[label]}, where "${VERDICT_WORDS[verdict]}"`
      return hangText(`  ${text}: ${k} of ${n}, ${bareRateText(verdicts[verdict])} %`, width, 4)
    }),
  )
}

function agreement(each: LabelAgreement, width: number): string[] {
  const { both, onlyJudge, onlyRule, neither } = each
  const { rate, n } = each.agreement
  const says = `Label "${LABEL_WORDS[each.label]}" against the rule that ${RULE_WORDS[each.rule]}`
  const counts = `both ${both}, label alone ${onlyJudge}, rule alone ${onlyRule}, neither ${neither}`
  const same = rate === null ? '' : `; alike in ${percent(rate, n)} %`
  return hangText(`  ${says}: ${counts}${same}; kappa ${kappaText(each.kappa)}`, width, 4)
}
