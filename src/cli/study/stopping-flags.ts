import { z } from 'zod'
import type { StoppingChoice } from '../../records/study.ts'
import { UsageError } from '../../support/errors.ts'
import type { Places } from '../../support/value-fault.ts'

/** The flags of a stopping rule, as their parsers leave them. */
export const StoppingFlags = z.object({
  stopWidth: z.number().optional(),
  stopRate: z.number().optional(),
  stopEvery: z.number().optional(),
  stopLeast: z.number().optional(),
  stopMost: z.number().optional(),
})
export type StoppingFlags = z.infer<typeof StoppingFlags>

/**
 * Lays the flags over the rule of a study file. A goal takes the place of the file's; the rest is taken one by one.
 *
 * @throws UsageError where there are two goals, or none for what the flags say of it
 */
export function stoppingChoice(
  file: StoppingChoice | undefined,
  flags: StoppingFlags,
): StoppingChoice | undefined {
  const { stopWidth: width, stopRate: rate } = flags
  if (width !== undefined && rate !== undefined) {
    throw new UsageError('Cannot stop by --stop-width and by --stop-rate: a run has one goal', {
      hint: 'Leave one of the two away.',
    })
  }
  const pace = {
    ...(flags.stopEvery === undefined ? {} : { every: flags.stopEvery }),
    ...(flags.stopLeast === undefined ? {} : { least: flags.stopLeast }),
    ...(flags.stopMost === undefined ? {} : { most: flags.stopMost }),
  }
  const kept = file === undefined ? {} : paceOf(file)
  if (width !== undefined) return { width, ...kept, ...pace }
  if (rate !== undefined) return { rate, ...kept, ...pace }
  if (file !== undefined) return { ...file, ...pace }
  const [given] = Object.keys(pace)
  if (given === undefined) return undefined
  throw new UsageError(`Cannot use --stop-${given}: it is not said when to stop`, {
    hint: 'Add --stop-width or --stop-rate, or a study whose file has a stopping rule.',
  })
}

/** Where a stopping rule was said: what is wrong with what a flag says is told of that flag. */
export function stoppingPlaces(flags: StoppingFlags, file: Places | undefined): Places {
  return {
    fault: (fault) => {
      const [key, name] = fault.path
      const flag = key === 'stopping' ? FLAGS.find(([, option]) => option === name) : undefined
      if (flag === undefined || flags[flag[0]] === undefined) return file?.fault(fault) ?? null
      return new UsageError(`Cannot use --stop-${flag[1]} ${flags[flag[0]]}: ${fault.reason}`)
    },
  }
}

/** Each with the key that it stands for. */
const FLAGS = [
  ['stopWidth', 'width'],
  ['stopRate', 'rate'],
  ['stopEvery', 'every'],
  ['stopLeast', 'least'],
  ['stopMost', 'most'],
] as const satisfies [keyof StoppingFlags, string][]

function paceOf({ every, least, most, split }: StoppingChoice) {
  return {
    ...(every === undefined ? {} : { every }),
    ...(least === undefined ? {} : { least }),
    ...(most === undefined ? {} : { most }),
    ...(split === undefined ? {} : { split }),
  }
}
