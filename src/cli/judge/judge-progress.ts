import type { LaneState } from '../../agents/connections.ts'
import type { Judgement } from '../../records/label.ts'
import { chopText } from '../../reports/text-width.ts'
import { usdText } from '../../support/usd-text.ts'
import { type CommandContext, widthOf } from '../command-context.ts'
import { laneTexts } from '../run/supplies-lines.ts'

/** Says how far judging is: one line that is written over itself on a terminal, a line now and then elsewhere. */
export interface JudgeProgress extends Disposable {
  judged(judgement: Judgement): void
  /** A line that stays. */
  say(line: string): void
}

const REDRAW_MS = 100
const LINE_EVERY_MS = 15_000

export function judgeProgress(
  { stderr, clock }: Pick<CommandContext, 'stderr' | 'clock'>,
  judging: {
    readonly size: number
    readonly lanes: () => readonly LaneState[]
    readonly money: { readonly spentUsd: number; readonly capUsd: number | null }
  },
): JudgeProgress {
  const counts = { done: 0, without: 0 }
  let shownMs = clock.elapsedMs()

  const line = (): string => {
    const share = Math.floor((100 * counts.done) / Math.max(1, judging.size))
    const head = `${counts.done} of ${judging.size} trials judged (${share} %)`
    const without = counts.without === 0 ? [] : [`${counts.without} without labels`]
    const lanes = laneTexts(judging.lanes(), false)
    return [[head, ...without, ...moneyText(judging.money)].join(', '), ...lanes].join('; ')
  }
  const erase = (): string => (stderr.isTerminal ? '\r\u001b[K' : '')
  const update = (): void => {
    const sinceMs = clock.elapsedMs() - shownMs
    if (sinceMs < (stderr.isTerminal ? REDRAW_MS : LINE_EVERY_MS)) return
    shownMs = clock.elapsedMs()
    if (stderr.isTerminal) stderr.write(`${erase()}${chopText(line(), widthOf(stderr) - 1)[0]}`)
    else stderr.write(`${line()}\n`)
  }

  return {
    judged: ({ outcome }) => {
      counts.done++
      if (outcome !== 'labelled') counts.without++
      update()
    },
    say: (text) => stderr.write(`${erase()}${text}\n`),
    [Symbol.dispose]: () => stderr.write(erase()),
  }
}

/** Without a cap, nothing spent is nothing known: there is no price. */
function moneyText({ spentUsd, capUsd }: { spentUsd: number; capUsd: number | null }): string[] {
  if (capUsd !== null) return [`spent ${usdText(spentUsd)} of ${usdText(capUsd)} USD`]
  return spentUsd > 0 ? [`spent ${usdText(spentUsd)} USD`] : []
}
