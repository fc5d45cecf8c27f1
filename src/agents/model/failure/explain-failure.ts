import type { KnownModel } from '../../../records/model.ts'
import type { OpenedModel } from '../model-session.ts'
import type { Failure } from './judge-failure.ts'

/** What a user is told of a model that gave no turn: what it came to, and what can be done. */
export function explainFailure(
  { provider, name, baseUrl, known }: OpenedModel,
  failure: Failure,
  { tried, now }: { readonly tried: number; readonly now: Date },
): string {
  const times = tried === 1 ? '' : ` after ${tried} attempts`
  const whole = `Model ${provider.id}/${name} gave no turn${times}: ${failure.cause}`
  const failed = whole.replace(/\.$/, '')
  switch (failure.remedy) {
    case 'key':
      return `${failed}. ${provider.title} refused the key in ${provider.keyVariables.join(' or ')}`
    case 'money':
      return `${failed}. The account at ${provider.title} has no money left`
    case 'model':
      return isRetired(known, now)
        ? `${failed}. Model "${name}" was retired by its provider on ${known.retiredOn}`
        : `${failed}. ${provider.title} at ${baseUrl} knows no model "${name}", or is not served at this address`
    case 'address':
      return `${failed}. ${baseUrl} refers to another address: give that one with --model-base-url`
    case null:
      return whole
    default:
      return failure.remedy satisfies never
  }
}

function isRetired(known: KnownModel | null, now: Date): known is KnownModel {
  const day = known?.retiredOn ?? null
  return day !== null && day <= now.toISOString().slice(0, 10)
}
