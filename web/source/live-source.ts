import { z } from 'zod'
import { ReaderNote } from '../../src/records/note.ts'
import {
  Exchange,
  RunListing,
  SearchProgress,
  StartChoices,
  StartEstimate,
  ViewChange,
  ViewedComparison,
  ViewedRun,
  ViewedTrial,
} from '../../src/records/view.ts'
import { comparisonQuery } from './comparison-query.ts'
import { fetchJson, fetchOk, parsed } from './fetch-json.ts'
import { IndexShape } from './index-shape.ts'
import { jsonLines } from './json-lines.ts'
import { serverSentData } from './server-sent-data.ts'
import type { Source } from './source.ts'

/** What `offswitch view` serves. @param base where its page stands */
export function createLiveSource(base: URL): Source {
  const at = (path: string): URL => new URL(`api/${path}`, base)
  const ofRun = (name: string, path = ''): URL => at(`runs/${encodeURIComponent(name)}${path}`)
  return {
    runs: (signal) => fetchJson(at('runs'), RunListing, { signal }),
    run: (name, signal) => fetchJson(ofRun(name), ViewedRun, { signal }),
    index: (name, after, signal) =>
      fetchJson(ofRun(name, `/index?after=${after}`), IndexShape, { signal }),
    trial: (name, number, signal) =>
      fetchJson(ofRun(name, `/trials/${number}`), ViewedTrial, { signal }),
    exchange: (name, number, seq, signal) =>
      fetchJson(ofRun(name, `/trials/${number}/exchanges/${seq}`), Exchange, { signal }),
    async *search(name, text, signal) {
      const address = ofRun(name, `/search?text=${encodeURIComponent(text)}`)
      const { body } = await fetchOk(address, { signal })
      if (body === null) return
      for await (const line of jsonLines(body)) yield parsed(line, SearchProgress)
    },
    compare: (names, terms, signal) =>
      fetchJson(at(`compare?${comparisonQuery(names, terms)}`), ViewedComparison, { signal }),
    takesTerms: true,
    reportAddress: (name, format) => ofRun(name, `/report.${format}`).href,
    async *changes(signal, opened) {
      const { body } = await fetchOk(at('changes'), {
        signal,
        headers: { accept: 'text/event-stream' },
      })
      if (body === null) return
      opened?.()
      for await (const data of serverSentData(body)) yield parsed(data, ViewChange)
    },
    addNote: (name, number, note) =>
      fetchJson(ofRun(name, `/trials/${number}/notes`), ReaderNote, posting(note)),
    withdrawNote: (name, id) =>
      fetchJson(ofRun(name, `/notes/${id}/withdraw`), ReaderNote, posting({})),
    choices: (signal) => fetchJson(at('start'), StartChoices, { signal }),
    estimate: (start, signal) =>
      fetchJson(at('start/estimate'), StartEstimate, { ...posting(start), signal }),
    start: (start) => fetchJson(at('start'), Started, posting(start)),
    wish: async (name, wish) => {
      await fetchOk(ofRun(name, '/wish'), posting({ wish }))
    },
    resume: async (name) => {
      await fetchOk(ofRun(name, '/resume'), posting({}))
    },
  }
}

const Started = z.object({ name: z.string() })

function posting(body: unknown): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
}
