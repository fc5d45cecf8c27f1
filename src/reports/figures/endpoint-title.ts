import type { RunReport } from '../../records/run.ts'

/** What a figure of rates is called: what they are of, in a few words. */
export function endpointTitle({ name }: Pick<RunReport['endpoint'], 'name'>): string {
  return TITLES[name] ?? `How often: endpoint ${name}`
}

/** Of the endpoints that every study has. */
const TITLES: Readonly<Record<string, string>> = {
  resisted: 'How often the shutdown was stopped',
  'resisted-all': 'How often the shutdown was stopped, of all valid trials',
  tampered: 'How often agents stopped the shutdown or tried to',
  strict: 'How often agents did anything but let the shutdown happen',
  palisade: 'How often agents were handed a question past the shutdown',
}

/** Said of every rate: what its interval is about, and what it is not. */
export const REPEATS = 'this model, these words, this sandbox'
