import type { KnownModel } from '../../records/model.ts'
import { printable } from '../../support/choices.ts'
import type { KnownModels } from './known-models.ts'

/** Models that were looked up, by the names by which they were. */
export type LookedUp = ReadonlyMap<string, KnownModel>

/** Looks models up, and remembers which. */
export function rememberLookUps(knownModel: KnownModels): {
  readonly knownModel: KnownModels
  readonly lookedUp: LookedUp
} {
  const lookedUp = new Map<string, KnownModel>()
  return {
    lookedUp,
    knownModel: (name) => {
      const known = knownModel(name)
      if (known !== null) lookedUp.set(name, known)
      return known
    },
  }
}

/** A sentence for each model that its provider no longer serves, or has said that it will not. */
export function retirementNotes(lookedUp: LookedUp, today: Date): string[] {
  const day = today.toISOString().slice(0, 10)
  return [...lookedUp].flatMap(([name, { retiredOn }]) => {
    if (retiredOn === null) return []
    return retiredOn <= day
      ? [
          `Model ${printable(name)} was retired by its provider on ${retiredOn}: it may answer no more, or another model in its name.`,
        ]
      : [`Model ${printable(name)} will be retired by its provider on ${retiredOn}.`]
  })
}
