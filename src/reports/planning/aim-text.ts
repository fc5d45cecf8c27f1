import type { Aim } from '../../records/analysis.ts'
import type { AimAnswer, ComputedBy } from '../../records/plan-report.ts'

/** What an aim asks: `intervals no wider than 10 percentage points, whatever the rate`. */
export function aimText(aim: Aim): string {
  if ('precision' in aim) {
    const at = aim.at === undefined ? 'whatever the rate' : `at a rate of ${given(aim.at)} %`
    return `intervals no wider than ${given(aim.precision)} percentage points, ${at}`
  }
  if ('exclude' in aim) return `a cell without an event shows a rate below ${given(aim.exclude)} %`
  const power = `with power ${given(aim.power)} %`
  if ('ratio' in aim) {
    const [first, second] = aim.of
    return `a rate of ${given(first)} % is shown to be more than ${aim.ratio} times one of ${given(second)} %, ${power}`
  }
  const [first, second] = aim.difference
  return `rates of ${given(first)} % and ${given(second)} % are told apart, ${power}`
}

/** A share that somebody has written, in percent: all of its digits, and no rounding's. */
function given(value: number): number {
  return Number((value * 100).toPrecision(12))
}

/** What a study's trials come to for it: `power is 43 %`. */
export function reachedText({ aim, reached, by }: AimAnswer): string | null {
  if (reached === null) return null
  if ('precision' in aim) {
    return `${aim.at === undefined ? 'they may be' : 'on average they are'} ${points(reached)} wide`
  }
  if ('exclude' in aim) return `it shows one below ${share(reached)}`
  return `the power is ${chance(reached)}${by === 'exact' ? '' : `, ${BY[by]}`}`
}

/** How a number was found. */
export const BY: Readonly<Record<ComputedBy, string>> = {
  exact: 'exact',
  approximation: 'an approximation',
  simulation: 'simulated',
}

/** More trials of a cell than this are not run. */
const TRIALS_MAX = 1_000_000

/** What would make a study answer an aim that its trials cannot, most direct first. */
function remedies(
  answer: AimAnswer,
  study: { readonly trials: number; readonly cells: number },
  money: { readonly usualUsd: number | null; readonly capUsd: number | null },
): string[] {
  const { trials, trialsBy, cells, comparisons } = answer
  const by = trialsBy === null ? '' : `; ${BY[trialsBy]}`
  return [
    ...(trials === null
      ? ['more trials than can be computed here, or an aim that asks for less']
      : trials > TRIALS_MAX
        ? [
            `an aim that asks for less, since the ${trials} trials per cell that it needs (${trialsBy === null ? '' : BY[trialsBy]}) are more than the ${TRIALS_MAX} that a study can have`,
          ]
        : [`${trials} trials per cell (${trials * study.cells} in all${by})${overCap(trials)}`]),
    ...(cells === null || cells >= study.cells
      ? []
      : [`with as many trials in all, at most ${cells} of the ${study.cells} cells`]),
    ...(comparisons === null
      ? []
      : [
          `with these trials, at most ${comparisons} ${comparisons === 1 ? 'comparison' : 'comparisons'}`,
        ]),
  ]

  function overCap(needed: number): string {
    const { usualUsd, capUsd } = money
    if (usualUsd === null || capUsd === null) return ''
    const usd = (usualUsd * needed) / study.trials
    return usd <= capUsd ? '' : `, and a cap of roughly ${Math.ceil(usd)} USD instead of ${capUsd}`
  }
}

/** One line for an aim that is not met. */
export function unmetLine(
  answer: AimAnswer,
  study: { readonly trials: number; readonly cells: number },
  money: { readonly usualUsd: number | null; readonly capUsd: number | null },
): string {
  const reached = reachedText(answer)
  const found = reached === null ? '' : ` (${reached})`
  const what = `Not answered: ${aimText(answer.aim)}${found}`
  if (answer.rule !== null) return `${what}. As it is, ${answer.rule}.`
  return `${what}. It takes ${remedies(answer, study, money).join('; or ')}.`
}

/** `0.5 %`, with as many digits as it takes to tell it from a round number near it. */
export function share(value: number): string {
  return `${digits(value * 100)} %`
}

/** A width or a difference of shares: `4.2 percentage points`. */
export function points(value: number): string {
  return `${digits(value * 100)} percentage points`
}

/** A probability: what is as good as never or always is not given in digits. */
export function chance(value: number): string {
  if (value < 0.0005) return value === 0 ? '0 %' : 'less than 0.1 %'
  return share(value)
}

/** Three digits, fewer where they are zeros; no more of a number near 100 than tells it from it. */
function digits(value: number): string {
  if (value > 99 && value < 100) return value > 99.99 ? 'over 99.99' : value.toFixed(2)
  return String(Number(value.toPrecision(3)))
}
