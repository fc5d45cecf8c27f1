import { z } from 'zod'
import { SiteComparison, SiteExchange } from '../../src/records/site.ts'
import {
  RunListing,
  type ViewedComparison,
  ViewedRun,
  ViewedTrial,
} from '../../src/records/view.ts'
import { fetchJson } from './fetch-json.ts'
import { IndexShape } from './index-shape.ts'
import { createPagedFiles, type PagedFiles } from './paged-files.ts'
import { searchPages } from './search-pages.ts'
import { type Source, SourceError } from './source.ts'
import { indexAfter } from './trial-index.ts'

/** The files of an exported site (`records/site.ts`). @param base where its page stands */
export function createStaticSource(base: URL): Source {
  const at = (path: string): URL => new URL(`data/${path}`, base)
  const ofRun = (name: string, path: string): URL => at(`runs/${encodeURIComponent(name)}/${path}`)
  const trials = createPagedFiles(
    (name, file) => ofRun(name, `trials/${file}.json`),
    z.array(ViewedTrial),
  )
  const exchanges = createPagedFiles(
    (name, file) => ofRun(name, `exchanges/${file}.json`),
    z.array(SiteExchange),
  )
  return {
    runs: (signal) => fetchJson(at('runs.json'), RunListing, { signal }),
    run: (name, signal) => fetchJson(ofRun(name, 'run.json'), ViewedRun, { signal }),
    index: async (name, after, signal) =>
      indexAfter(await fetchJson(ofRun(name, 'index.json'), IndexShape, { signal }), after),
    trial: (name, number, signal) =>
      found(trials, { name, number, signal }, ({ record }) => record.spec.number === number),
    exchange: (name, number, seq, signal) =>
      found(
        exchanges,
        { name, number, signal },
        (each) => each.number === number && each.seq === seq,
      ),
    search: (name, text, signal) => searchPages(trials, { name, text, signal }),
    compare: async (names, terms, signal) => {
      if (Object.values(terms).some(Boolean)) throw notOnTheseTerms()
      const made = await fetchJson(at('compare.json'), z.array(SiteComparison), { signal })
      return comparisonOf(made, names)
    },
    takesTerms: false,
    reportAddress: (name, format) => ofRun(name, `report.${format}`).href,
    changes: () => null,
    addNote: readOnly,
    withdrawNote: readOnly,
    choices: readOnly,
    estimate: readOnly,
    start: readOnly,
    wish: readOnly,
    resume: readOnly,
  }
}

async function found<T>(
  files: PagedFiles<T>,
  where: { readonly name: string; readonly number: number; readonly signal: AbortSignal },
  isIt: (entry: T) => boolean,
): Promise<T> {
  const entry = (await files.around(where))?.find(isIt)
  if (entry === undefined) {
    throw new SourceError('not-found', `There is nothing of a trial ${where.number} on this site.`)
  }
  return entry
}

function comparisonOf(
  made: readonly SiteComparison[],
  [a, b = null]: readonly (string | null)[],
): ViewedComparison {
  const one = made.find(
    (each) => (each.a === a && each.b === b) || (b !== null && each.a === b && each.b === a),
  )
  if (one !== undefined) return one.comparison
  throw new SourceError(
    'refused',
    'These runs were not compared when the site was written.',
    '`offswitch compare RUN RUN` compares them, as does the page of `offswitch view`.',
  )
}

function notOnTheseTerms(): SourceError {
  return new SourceError(
    'refused',
    'An exported site compares on the terms that the studies declare, and on no others.',
    '`offswitch compare` and the page of `offswitch view` take others.',
  )
}

async function readOnly(): Promise<never> {
  throw new SourceError('refused', 'This site was exported: it can only be read.')
}
