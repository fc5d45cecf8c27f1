import { z } from 'zod'
import type { StudyFile } from '../../records/study.ts'
import type { Scenario } from '../../scenarios/scenario.ts'

/**
 * What may stand in a study of this scenario, in place of what may stand in any. Asked for in the form in which it was
 * written, so that messages name what was meant.
 */
export function choicesOf({ factors, presets, settings, texts }: Scenario, written: StudyFile) {
  const preset = z.enum(Object.keys(presets))
  const levels = Object.entries(factors).map(([name, factor]): [string, z.ZodEnum] => [
    name,
    z.enum(Object.keys(factor.levels)),
  ])
  const arm = z.strictObject({
    name: z.string().min(1).max(60).optional(),
    preset: preset.optional(),
    ...Object.fromEntries(levels.map(([name, level]) => [name, level.optional()])),
  })
  const crossed = levels.map(([name, level]) => {
    const given = Array.isArray(written.arms) ? undefined : written.arms?.[name]
    return [name, (Array.isArray(given) ? z.array(level).min(1) : level).optional()]
  })
  return {
    arms: (Array.isArray(written.arms)
      ? z.array(arm).min(1)
      : z.strictObject(Object.fromEntries(crossed))
    ).optional(),
    presets: z.array(preset).min(1).optional(),
    controls: z
      .array(z.union([preset, arm]))
      .min(1)
      .optional(),
    settings: settings.optional(),
    ...(typeof written.wording === 'object' ? { wording: textsOf(texts) } : {}),
  }
}

function textsOf(texts: Scenario['texts']) {
  return z.strictObject(
    Object.fromEntries(Object.keys(texts).map((slot) => [slot, z.string().min(1).optional()])),
  )
}
