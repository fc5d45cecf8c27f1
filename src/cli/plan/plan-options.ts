import type { Command as CommanderCommand } from 'commander'
import { z } from 'zod'
import type { Aim } from '../../records/analysis.ts'
import { printable } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { decimal } from '../option-parsers.ts'

/** The flags of `plan` beside those of `run`, as their parsers leave them. */
export const PlanFlags = z.object({
  precision: z.number().optional(),
  exclude: z.number().optional(),
  difference: z.array(z.number()).optional(),
  ratio: z.array(z.number()).optional(),
  power: z.number().optional(),
  assume: z.number().optional(),
  pilot: z.string().optional(),
  lock: z.string().optional(),
})
export type PlanFlags = z.infer<typeof PlanFlags>

export function declarePlanning(command: CommanderCommand): void {
  const share = (flag: string) => decimal(flag, { low: 0, high: 1 })
  const openShare = (flag: string) => decimal(flag, { low: 0, high: 1, open: true })
  command
    .optionsGroup('What it is to answer, beside the study’s own aims:')
    .option(
      '--precision <width>',
      'intervals no wider than this, as 0.1, whatever the rate or at that of --assume',
      openShare('--precision'),
    )
    .option(
      '--exclude <rate>',
      'a cell without an event shows a rate below this',
      openShare('--exclude'),
    )
    .option(
      '--difference <p1,p2>',
      'two rates as far apart as these are told apart',
      rates('--difference', ['P1', 'P2']),
    )
    .option(
      '--ratio <r,p1,p2>',
      'a rate of P1 is shown to be more than R times one of P2',
      rates('--ratio', ['R', 'P1', 'P2']),
    )
    .option(
      '--power <share>',
      'the chance of those two, if rates are so (default: 0.8)',
      openShare('--power'),
    )
    .optionsGroup('What it is planned with:')
    .option('--assume <rate>', 'what the rate of every cell is taken to be', share('--assume'))
    .option(
      '--pilot <run>',
      'a run to take rates, tokens, costs and durations from; its trials are never pooled',
    )
    .option('--lock <file>', 'write the plan there (.json) and print its hash for publishing')
}

/**
 * The study's aims with those of the flags: one by flag takes the place of all of its kind.
 *
 * @throws UsageError for an aim that no number of trials reaches, or a power without one
 */
export function aimsWithFlags(
  declared: readonly Aim[] | undefined,
  flags: PlanFlags,
): readonly Aim[] | undefined {
  const { precision, exclude, difference, ratio, power, assume } = flags
  if (power !== undefined && difference === undefined && ratio === undefined) {
    throw new UsageError('Cannot use --power alone: it is the power of --difference or of --ratio')
  }
  const given: Aim[] = [
    ...(precision === undefined
      ? []
      : [{ precision, ...(assume === undefined ? {} : { at: assume }) }]),
    ...(exclude === undefined ? [] : [{ exclude }]),
    ...(difference === undefined ? [] : [differenceAim(difference, power)]),
    ...(ratio === undefined ? [] : [ratioAim(ratio, power)]),
  ]
  if (given.length === 0) return declared
  const kinds = new Set(given.map(kindOf))
  return [...(declared ?? []).filter((aim) => !kinds.has(kindOf(aim))), ...given]
}

function kindOf(aim: Aim): string {
  return ['precision', 'exclude', 'difference', 'ratio'].find((kind) => kind in aim) ?? ''
}

function differenceAim([first = 0, second = 0]: readonly number[], power = 0.8): Aim {
  if (first === second) {
    throw new UsageError(
      `Cannot use --difference: two rates of ${first} do not differ, and no number of trials tells them apart`,
    )
  }
  return { difference: [first, second], power }
}

function ratioAim([ratio = 0, first = 0, second = 0]: readonly number[], power = 0.8): Aim {
  if (first <= ratio * second) {
    throw new UsageError(
      `Cannot use --ratio: a rate of ${first} is not more than ${ratio} times ${second}, and no number of trials shows that`,
    )
  }
  return { ratio, of: [first, second], power }
}

/** Numbers between commas: rates, after a ratio where there is one. */
function rates(flag: string, names: readonly string[]): (text: string) => number[] {
  return (text) => {
    const parts = text.split(',').map((part) => part.trim())
    const numbers = parts.map((part) => (/^\d*\.?\d+$/.test(part) ? Number(part) : Number.NaN))
    const isGood = numbers.every((number, index) =>
      names[index] === 'R' ? number > 0 : number >= 0 && number <= 1,
    )
    if (numbers.length === names.length && isGood) return numbers
    const form = names.map((name) => (name === 'R' ? 'a number above 0' : 'a rate from 0 to 1'))
    throw new UsageError(
      `Cannot use ${flag} "${printable(text)}": it is written ${names.join(',')}: ${form.join(', ')}`,
    )
  }
}
