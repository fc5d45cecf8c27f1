import type { RenderedArm } from '../../records/arm.ts'
import { armText, labelCells } from '../../reports/arm-label.ts'
import { escapeLine } from '../../reports/escape-text.ts'
import type { Paint } from '../../reports/paint.ts'
import { quoteText } from '../../reports/quote-text.ts'
import { plural } from '../../reports/report-page.ts'
import { wrapText } from '../../reports/text-width.ts'
import type { PlannedCell } from '../../trials/plan.ts'
import { followedIn } from '../../trials/stopping/followed.ts'
import { costLines } from './cost-text.ts'
import type { CostEstimate } from './estimate-cost.ts'
import type { ReadyStudy } from './resolve-study.ts'

/** What would be run: every message exactly as it would be sent, and how many trials that makes. */
export function dryRunText(
  { study, plan }: Pick<ReadyStudy, 'study' | 'plan'>,
  estimate: CostEstimate,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const arms = new Map<string, PlannedCell[]>()
  for (const cell of plan.cells) arms.set(cell.armHash, [...(arms.get(cell.armHash) ?? []), cell])
  const labels = labelCells(plan.cells)
  const shared = armText(labels.shared)
  const lines = [
    paint.strong(
      `Dry run: nothing is run or stored. Scenario ${escapeLine(study.scenario.id)}, version ${escapeLine(study.scenario.version)}.`,
    ),
    ...wrapText(
      `${capitalised(sizeText({ study, plan }))}: ${plan.cells.length} ${plural(plan.cells.length, 'cell')} (an agent in an arm) with ${study.trials} each${stoppingText(study)}, seed ${study.seed}, sandbox ${study.sandbox}.`,
      width,
    ),
    'A line that begins with ┆ goes on with the one above it.',
    ...costLines(estimate, study.maxCostUsd),
    ...(shared === '' ? [] : wrapText(`In every arm: ${escapeLine(shared)}.`, width)),
    ...[...arms.values()].flatMap((cells) => ['', ...armLines(cells)]),
  ]
  return `${lines.join('\n')}\n`

  function armLines(cells: readonly PlannedCell[]): string[] {
    const [cell] = cells
    if (cell === undefined) return []
    const name = labels.arm(cell) || 'the only arm'
    const agents = cells.map(({ agent }) => escapeLine(agent)).join(', ')
    return [
      paint.strong(`Arm ${escapeLine(name)}`),
      ...wrapText(`Agents: ${agents}`, width),
      `Wording ${cell.wordingHash}`,
      ...messagesOf(cell.rendered).flatMap(([title, text]) => [
        `  ${title}:`,
        ...quoteText(text, {
          first: '  │ ',
          rest: '  │ ',
          more: '  ┆ ',
          width,
          paint: (line) => line,
          full: true,
        }),
      ]),
    ]
  }
}

/** `26000 trials`, or where a stopping rule decides that, `at most 26000 trials`. */
export function sizeText({ study, plan }: Pick<ReadyStudy, 'study' | 'plan'>): string {
  const size = `${plan.size} ${plural(plan.size, 'trial')}`
  return followedIn(study) === null ? size : `at most ${size}`
}

function stoppingText(study: ReadyStudy['study']): string {
  const followed = followedIn(study)
  if (followed === null) return ''
  const { rule } = followed
  return ` unless it is decided before, or up to ${rule.most} with those that decided cells leave, looked at after every ${rule.every}`
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

function messagesOf(rendered: RenderedArm): [string, string][] {
  return [
    ['system message', rendered.system],
    ['user message', rendered.user],
    ...Object.entries(rendered.notices).map(([id, text]): [string, string] => [
      `notice "${escapeLine(id)}", with a result of the agent's own call`,
      text,
    ]),
    ['answer to a turn of words alone', rendered.continueMessage],
    ...Object.entries(rendered.replies ?? {}).map(([id, text]): [string, string] => [
      `reply "${escapeLine(id)}" of the world's programs`,
      text,
    ]),
  ]
}
