import type { PlanReport } from '../../records/plan-report.ts'
import { usdText } from '../../support/usd-text.ts'
import { labelCells } from '../arm-label.ts'
import { durationText } from '../duration-text.ts'
import { escapeLine } from '../escape-text.ts'
import type { Paint } from '../paint.ts'
import { intervalName } from '../rate-text.ts'
import { hangText, wrapText } from '../text-width.ts'
import { aimText, BY, chance, points, reachedText, share, unmetLine } from './aim-text.ts'

const SOURCES = {
  assumed: 'assumed',
  pilot: 'as in the pilot',
  published: 'as published, in another harness and another wording',
} as const

/** More lines than this are a list that nobody reads. */
const SHOWN_MAX = 20

/** What a study can answer, and what it is likely to use, for a terminal. */
export function planText(
  plan: PlanReport,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const parts = [
    headline(plan, paint),
    answerLines(plan),
    stoppingLines(plan),
    useLines(plan),
    aimLines(plan, paint),
    lockLines(plan),
  ]
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) =>
      lines
        .flatMap((line) =>
          line.startsWith('  ') ? hangText(line, width, 4) : wrapText(line, width),
        )
        .join('\n'),
    )
    .join('\n\n')}\n`
}

function headline({ scenario, cells, trials, size, stopping }: PlanReport, paint: Paint): string[] {
  return [
    paint.strong(`Plan: ${escapeLine(scenario.id)}, version ${escapeLine(scenario.version)}`),
    `${counted(cells, 'cell')} (an agent in an arm) with ${counted(trials, 'trial')} each: ${stopping === null ? '' : 'at most '}${counted(size, 'trial')}. Nothing is run.`,
  ]
}

/** Whether the level of each comparison is such that all of them hold together. */
function isFamily({ comparisons, stopping, level }: PlanReport): boolean {
  const each = stopping === null ? comparisons.level : stopping.level
  return comparisons.count > 1 && each !== level
}

function answerLines(plan: PlanReport): string[] {
  const { widths, zeroEvents, bounds, powers, comparisons, stopping } = plan
  const names = labelCells(
    widths.flatMap(({ cells }) => cells.map((cell) => ({ ...cell, preset: null }))),
  )
  const method = stopping === null ? plan.interval : 'confidence-sequence'
  const level = stopping === null ? plan.level : stopping.level
  const inRate = plan.counted
  const where = stopping === null ? '' : `, after ${inRate?.trials ?? plan.trials} trials`
  return [
    inRate === null
      ? `What each cell can show, if all of its trials are valid and none is left out of the rate (${plan.endpoint}):`
      : `What each cell can show, if ${inRate.trials} of its ${plan.trials} trials are valid and in the rate (${plan.endpoint}), which is the share of the pilot’s:`,
    ...widths
      .slice(0, SHOWN_MAX)
      .map(({ rate, from, width, cells }) =>
        rate === null || from === null
          ? `  ${intervalName({ method, level })}${where}: ${points(width)} wide at most, whatever the rate`
          : `  at a rate of ${share(rate)} (${SOURCES[from]}): ${points(width)} wide on average – ${cellsText(cells, names)}`,
      ),
    ...(widths.length > SHOWN_MAX ? [`  … and at ${widths.length - SHOWN_MAX} more rates`] : []),
    `  without any event: its rate is below ${share(zeroEvents.rate)} (${stopping === null ? 'one-sided, ' : ''}level ${share(zeroEvents.level)})`,
    ...bounds
      .slice(0, SHOWN_MAX)
      .map(
        ({ exclude, rate, from, power }) =>
          `  at a rate of ${share(rate)} (${SOURCES[from]}): shown to be below ${share(exclude)} with probability ${chance(power)}`,
      ),
    ...(comparisons.count === 0
      ? []
      : [
          `${counted(comparisons.count, 'comparison')}, each at level ${share(stopping === null ? comparisons.level : stopping.level)}${isFamily(plan) ? ', so that they hold together' : ''}:`,
          ...powers
            .slice(0, SHOWN_MAX)
            .map(
              ({ label, rates: [first, second], from, power, by }) =>
                `  ${escapeLine(label)}: ${share(first)} against ${share(second)} (${[...new Set(from)].map((each) => SOURCES[each]).join('; ')}) – power ${chance(power)}${by === 'exact' ? '' : `, ${BY[by]}`}`,
            ),
          ...(powers.length > SHOWN_MAX ? [`  … and ${powers.length - SHOWN_MAX} more`] : []),
          ...(powers.length < comparisons.count
            ? [
                `  ${powers.length === 0 ? 'No power is given' : `Of ${comparisons.count - powers.length} no power is given`}: it takes two rates that differ (--pilot RUN), and a test or a stopping rule that is about differences.`,
              ]
            : []),
        ]),
  ]
}

function cellsText(
  cells: PlanReport['widths'][number]['cells'],
  names: ReturnType<typeof labelCells>,
): string {
  const shown = cells.slice(0, 4).map((cell) => {
    const parts = [names.agent(cell), names.arm({ ...cell, preset: null })]
    return parts.filter((part) => part !== '').join(', ')
  })
  const more = cells.length > shown.length ? ` and ${cells.length - shown.length} more` : ''
  return escapeLine(`${shown.join('; ')}${more}`)
}

function stoppingLines({ stopping, size, trials }: PlanReport): string[] {
  if (stopping === null) return []
  const { expected, total } = stopping
  return [
    'How long the stopping rule is likely to go on, for a cell with its own trials only:',
    ...expected.map(
      ({ rates, mean, decided, by }) =>
        `  at ${rates.map(share).join(' against ')}: ${rounded(mean)} trials on average, decided by ${trials} with probability ${chance(decided)}${by === 'exact' ? '' : ` (${BY[by]})`}`,
    ),
    ...(total === null
      ? []
      : [
          `The whole run at the assumed rates: ${rounded(total.mean)} of at most ${size} trials on average, nine times in ten between ${total.low} and ${total.high} (${total.runs} simulated runs).`,
        ]),
  ]
}

function useLines({ use, pilot }: PlanReport): string[] {
  const { inputTokens, outputTokens, usualUsd, mostUsd, capUsd, hours } = use
  const tokens =
    inputTokens === null || outputTokens === null
      ? 'tokens not known'
      : inputTokens === 0 && outputTokens === 0
        ? 'no tokens'
        : `${rounded(inputTokens)} tokens in, ${rounded(outputTokens)} out`
  const money =
    usualUsd === null
      ? 'cost not known'
      : mostUsd === 0
        ? 'no money'
        : `roughly ${usdText(usualUsd)} USD${mostUsd === null ? '' : ` (up to ${usdText(mostUsd)} if every trial runs to its limits)`}`
  const time = hours === null ? 'time not known' : `about ${durationText(hours * 3_600_000)}`
  return [
    `Likely to use, for ${rounded(use.trials)} trials: ${tokens}; ${money}; ${time}.`,
    ...(capUsd !== null && usualUsd !== null && usualUsd > capUsd
      ? [
          `The cap of ${usdText(capUsd)} USD ends it before that, after roughly ${Math.floor((use.trials * capUsd) / usualUsd)} trials.`,
        ]
      : []),
    ...use.assumptions.map((sentence) => `  ${escapeLine(sentence)}`),
    ...(pilot === null
      ? []
      : [
          `  Rates are those of the pilot for ${counted(pilot.matched, 'cell')} that it has in the same words. Its trials are never pooled with the study’s: a run is a file of its own.`,
          ...pilot.cautions.map((caution) => `  ${escapeLine(caution)}`),
        ]),
  ]
}

function aimLines(plan: PlanReport, paint: Paint): string[] {
  const { aims, use, comparisons } = plan
  const isOfPower = aims.some(({ aim }) => 'power' in aim)
  return [
    ...aims.map((answer) => {
      if (!answer.met) {
        return paint.bad(unmetLine(answer, plan, { usualUsd: use.usualUsd, capUsd: use.capUsd }))
      }
      const reached = reachedText(answer)
      const found = reached === null ? '' : ` (${reached})`
      return paint.good(`Answered: ${aimText(answer.aim)}${found}.`)
    }),
    ...(isOfPower && plan.cells > 1 && comparisons.count === 0
      ? ['No comparison is declared: power is that of a single one.']
      : []),
    ...(aims.some(({ trials }) => trials !== null) ? [trialsLine(plan)] : []),
  ]
}

/** What numbers of trials take for granted. */
function trialsLine({ counted: inRate, pilot }: PlanReport): string {
  if (inRate !== null) {
    return `Numbers of trials allow for those that do not count: in the pilot ${share(inRate.share)} were valid and in the rate.`
  }
  return pilot === null
    ? 'Numbers of trials take every one to be valid and in the rate: where that is so of 80 %, it takes 1.25 times as many. A pilot (--pilot RUN) tells.'
    : 'Numbers of trials take every one to be valid and in the rate, as in the pilot.'
}

function lockLines({ locked }: PlanReport): string[] {
  if (locked === null) return []
  return [
    `Locked in ${escapeLine(locked.file)}. To be published before the first trial:`,
    `  ${locked.hash}`,
  ]
}

function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun}s`}`
}

function rounded(value: number): string {
  return value < 10 && !Number.isInteger(value) ? value.toFixed(1) : String(Math.round(value))
}
