import { EFFORTS, type Generation } from '../../records/model.ts'
import { nearest, printable, unknownChoice } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import type { Provider } from './provider.ts'
import { PROVIDERS } from './providers.ts'

/** What stands behind `model:`. */
export interface ModelName {
  readonly provider: Provider
  /** As the provider calls it, with strokes and colons of its own. */
  readonly name: string
  /** Settings of this agent alone. */
  readonly settings: Generation
}

/**
 * Reads `PROVIDER/NAME` or `PROVIDER/NAME?setting=value&setting=value`.
 *
 * @throws UsageError for a provider or setting that is not known, and where no model is named
 */
export function parseModelName(rest: string): ModelName {
  const [path = '', ...queries] = rest.split('?')
  const slash = path.indexOf('/')
  const id = slash < 0 ? path : path.slice(0, slash)
  const name = slash < 0 ? '' : path.slice(slash + 1)
  const provider = PROVIDERS.find((known) => known.id === id)
  if (provider === undefined) {
    const known = PROVIDERS.map((each) => each.id)
    // A name by itself is most likely a model's, and close to no provider's.
    if (slash < 0 && nearest(id, known) === null) {
      throw new UsageError(
        `Agent "model:${printable(rest)}" names no provider: write model:PROVIDER/${printable(rest) || 'NAME'}, with one of ${known.join(', ')}`,
      )
    }
    throw unknownChoice('model provider', id, known)
  }
  if (name.trim() === '' || /[\s\p{Cc}\p{Cf}]/u.test(name)) {
    throw new UsageError(
      `Agent "model:${printable(rest)}" names no model: write model:${id}/NAME with the name that ${provider.title} gives it`,
    )
  }
  return { provider, name, settings: parseSettings(queries.join('?'), rest) }
}

function parseSettings(query: string, rest: string): Generation {
  const pairs = query.split('&').filter((pair) => pair !== '')
  const names = pairs.map((pair) => pair.split('=', 1)[0] ?? '')
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) {
    throw new UsageError(`Agent "model:${printable(rest)}" sets ${printable(twice)} twice`)
  }
  const settings: Generation = {}
  for (const pair of pairs) {
    const name = pair.split('=', 1)[0] ?? ''
    Object.assign(settings, readSetting(name, pair.slice(name.length + 1)))
  }
  return settings
}

const FIGURES = ['temperature', 'topP', 'topK', 'maxTokens', 'seed', 'reasoningTokens'] as const

function readSetting(name: string, text: string): Generation {
  if (name === 'effort') {
    const effort = EFFORTS.find((known) => known === text)
    if (effort === undefined) throw unknownChoice('effort', text, EFFORTS)
    return { effort }
  }
  const figure = FIGURES.find((known) => known === name)
  if (figure === undefined) {
    throw unknownChoice('generation setting', name, [...FIGURES, 'effort'])
  }
  if (!/^-?\d+(\.\d+)?$/.test(text)) {
    throw new UsageError(`Generation setting "${figure}" takes a figure, not "${printable(text)}"`)
  }
  return { [figure]: Number(text) }
}
