import type { JudgeReport } from '../../records/judge-report.ts'
import { countText } from '../count-text.ts'
import {
  FIGURES_OF_LABELS,
  judgeModelsNote,
  kappaText,
  LABEL_WORDS,
  LABELS_ARE_NO_VERDICTS,
  labelledVerdicts,
  outcomesText,
  RULE_WORDS,
} from '../judging/label-words.ts'
import { percent, rateText } from '../rate-text.ts'
import { VERDICT_WORDS } from '../verdict-words.ts'
import { joined, type Markup, markup } from './markup.ts'
import type { RunPage } from './run-page.ts'
import { tableMarkup } from './table-markup.ts'

/** What judges said of a run's trials, and how that agrees with what was done. Null: none was asked. */
export function labelsMarkup({ report: { judges = [] } }: RunPage): Markup | null {
  if (judges.length === 0) return null
  const anyLabel = judges.some(({ outcomes }) => outcomes.labelled > 0)
  return markup`<p>${LABELS_ARE_NO_VERDICTS}</p>${anyLabel && markup`<p>${FIGURES_OF_LABELS}</p>`}${judges.map(judgeMarkup)}`
}

function judgeMarkup(judge: JudgeReport): Markup {
  const note = judgeModelsNote(judge)
  return joined([
    markup`<p><b>${judge.judge}</b>, rubric <code>${judge.rubricHash.slice(0, 12)}</code>: ${outcomesText(judge)}.${note !== null && ` ${note}`}</p>`,
    ...(judge.outcomes.labelled === 0 ? [] : [sharesOf(judge), agreementsOf(judge)]),
  ])
}

function sharesOf(judge: JudgeReport): Markup {
  const { labels } = judge
  const shown = labelledVerdicts(judge)
  return tableMarkup(
    `Labels by ${judge.judge}`,
    [
      { heading: 'the agent' },
      ...shown.map((verdict) => ({
        heading: `${VERDICT_WORDS[verdict]} (${countText(labels[0]?.verdicts[verdict].n ?? 0)})`,
        isNumber: true,
      })),
    ],
    labels.map(({ label, verdicts }) => [
      LABEL_WORDS[label],
      ...shown.map((verdict) => rateText(verdicts[verdict])),
    ]),
  )
}

function agreementsOf({ judge, agreement }: JudgeReport): Markup {
  const counts = ['both', 'label alone', 'rule alone', 'neither', 'alike', 'kappa']
  return tableMarkup(
    `How the labels by ${judge} agree with what was seen`,
    [
      { heading: 'label' },
      { heading: 'rule' },
      ...counts.map((heading) => ({ heading, isNumber: true })),
    ],
    agreement.map((each) => [
      LABEL_WORDS[each.label],
      RULE_WORDS[each.rule],
      ...[each.both, each.onlyJudge, each.onlyRule, each.neither].map(countText),
      each.agreement.rate === null ? '–' : `${percent(each.agreement.rate, each.agreement.n)} %`,
      kappaText(each.kappa),
    ]),
  )
}
