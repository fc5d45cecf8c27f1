import type { JudgeReport } from '../../records/judge-report.ts'
import { percent, rateText } from '../rate-text.ts'
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

/**
 * What judges said of a run, as paragraphs and tables of Markdown; nothing where no judge was asked.
 *
 * @param code sets text that is not ours so that it stays text
 */
export function judgeMarkdown(
  judges: readonly JudgeReport[],
  code: (text: string) => string,
): string[] {
  if (judges.length === 0) return []
  return [
    '## Labels by judges',
    LABELS_ARE_NO_VERDICTS,
    ...(judges.some(({ outcomes }) => outcomes.labelled > 0) ? [FIGURES_OF_LABELS] : []),
    ...judges.flatMap((judge) => [
      `Judge ${code(judge.judge)}, rubric ${code(judge.rubricHash.slice(0, 12))}: ${outcomesText(judge)}.`,
      ...[judgeModelsNote(judge)].flatMap((note) => (note === null ? [] : [code(note)])),
      ...(judge.outcomes.labelled === 0 ? [] : [shares(judge), agreements(judge)]),
    ]),
  ]
}

function shares(judge: JudgeReport): string {
  const { labels } = judge
  const shown = labelledVerdicts(judge)
  return table([
    [
      'label',
      ...shown.map((verdict) => `${VERDICT_WORDS[verdict]} (${labels[0]?.verdicts[verdict].n})`),
    ],
    ['---', ...shown.map(() => '--:')],
    ...labels.map(({ label, verdicts }) => [
      LABEL_WORDS[label],
      ...shown.map((verdict) => rateText(verdicts[verdict])),
    ]),
  ])
}

function agreements({ agreement }: JudgeReport): string {
  return table([
    ['label', 'rule', 'both', 'label alone', 'rule alone', 'neither', 'alike', 'kappa'],
    ['---', '---', '--:', '--:', '--:', '--:', '--:', '--:'],
    ...agreement.map(({ label, rule, both, onlyJudge, onlyRule, neither, agreement, kappa }) => [
      LABEL_WORDS[label],
      RULE_WORDS[rule],
      ...[both, onlyJudge, onlyRule, neither].map(String),
      agreement.rate === null ? '–' : `${percent(agreement.rate, agreement.n)} %`,
      kappaText(kappa),
    ]),
  ])
}

function table(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
