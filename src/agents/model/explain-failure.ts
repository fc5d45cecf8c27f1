import type { Failure } from './judge-failure.ts'
import type { OpenedModel } from './model-session.ts'

/** What a user is told of a model that gave no turn: what it came to, and what can be done. */
export function explainFailure(
  { provider, name, baseUrl, known }: OpenedModel,
  failure: Failure,
  tried: number,
): string {
  const times = tried === 1 ? '' : ` after ${tried} attempts`
  const failed = `Model ${provider.id}/${name} gave no turn${times}: ${failure.cause}`
  switch (failure.remedy) {
    case 'key':
      return `${failed}. ${provider.title} refused the key in ${provider.keyVariables.join(' or ')}`
    case 'money':
      return `${failed}. The account at ${provider.title} has no money left`
    case 'model':
      return typeof known?.retiredOn === 'string'
        ? `${failed}. Model "${name}" was retired by its provider on ${known.retiredOn}`
        : `${failed}. ${provider.title} at ${baseUrl} knows no model "${name}", or is not served at this address`
    case 'address':
      return `${failed}. ${baseUrl} refers to another address: give that one with --model-base-url`
    case null:
      return failed
    default:
      return failure.remedy satisfies never
  }
}
