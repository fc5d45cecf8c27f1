import { z } from 'zod'
import { ModelIdentity } from '../records/model.ts'
import { hashJson } from '../support/hash.ts'
import { damaged } from './store-error.ts'

/** Who has answered in a trial. */
export const ModelsPart = z.array(ModelIdentity)
export type ModelsPart = z.infer<typeof ModelsPart>

/**
 * Names a list of who has answered. Two lists that differ in their order alone are one: who answered first is a
 * provider's chance where two builds stand behind one name.
 */
export function hashModels(models: ModelsPart): string {
  return hashJson(models.map((model) => hashJson(model)).toSorted())
}

export function parseModels(file: string, content: string): ModelsPart {
  try {
    return ModelsPart.parse(JSON.parse(content))
  } catch (error) {
    throw damaged(file, 'a list of who has answered cannot be read', error)
  }
}
