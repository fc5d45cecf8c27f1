import type { RunHeader, RunReport } from '../../records/run.ts'
import { escapeLine } from '../escape-text.ts'
import { hangText, wrapText } from '../text-width.ts'
import { planDifferences, reportDifferences } from './plan-differences.ts'

/** What a run was declared to be, and in what it differs. Undefined: it was not locked, and differs in nothing from its study. */
export function planPart(
  report: RunReport,
  header: Pick<RunHeader, 'plan' | 'study' | 'studyHash' | 'versions'>,
): RunReport['plan'] {
  const { plan, study, studyHash } = header
  const differences = [
    ...(plan === undefined ? [] : planDifferences(plan, header)),
    ...reportDifferences(report, study),
  ]
  if (plan === undefined && differences.length === 0) return undefined
  return { hash: plan?.hash ?? studyHash, lockedAt: plan?.lockedAt ?? null, differences }
}

/** The same for a terminal. */
export function planLines({ plan }: Pick<RunReport, 'plan'>, width: number): string[] {
  if (plan === undefined) return []
  return [
    ...wrapText(planSentence(plan), width),
    ...plan.differences.flatMap((each) => hangText(`  ${escapeLine(each)}`, width, 4)),
  ]
}

/** The same for Markdown. */
export function planMarkdown(
  { plan }: Pick<RunReport, 'plan'>,
  plain: (text: string) => string,
): string[] {
  if (plan === undefined) return []
  const differences = plan.differences.map((each) => `- ${plain(each)}`).join('\n')
  return [plain(planSentence(plan)), ...(differences === '' ? [] : [differences])]
}

/** Whether a run was declared beforehand, and whether what was run is what was declared. */
export function planSentence({
  hash,
  lockedAt,
  differences,
}: NonNullable<RunReport['plan']>): string {
  const declared =
    lockedAt === null
      ? `Study ${hash}, not locked beforehand.`
      : `Plan ${hash}, locked ${lockedAt}, before the first trial.`
  return differences.length === 0
    ? `${declared} What was run is what was declared.`
    : `${declared} What differs from it:`
}
