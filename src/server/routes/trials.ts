import type { Context, Hono } from 'hono'
import { stream } from 'hono/streaming'
import { refuse } from '../problems.ts'
import type { ViewSource } from '../view-source.ts'
import { countFrom } from './numbers.ts'
import { noRun } from './runs.ts'

const SEARCHED_LETTERS_MAX = 500

export function addTrialRoutes(app: Hono, source: ViewSource, ending: AbortSignal): void {
  app.get('/api/runs/:name/trials/:number', async (c) => {
    const trial = await source.trial(c.req.param('name'), countFrom(c.req.param('number')))
    return trial === null ? noTrial(c) : c.json(trial)
  })
  app.get('/api/runs/:name/trials/:number/exchanges/:seq', async (c) => {
    const { name, number, seq } = c.req.param()
    const exchange = await source.exchange(name, countFrom(number), countFrom(seq))
    return exchange === null ? noTrial(c) : c.json(exchange)
  })
  app.get('/api/runs/:name/search', (c) => {
    const text = c.req.query('text') ?? ''
    if (text === '' || text.length > SEARCHED_LETTERS_MAX) {
      return refuse(c, 400, `Search for 1 to ${SEARCHED_LETTERS_MAX} letters`)
    }
    const over = new AbortController()
    const signal = AbortSignal.any([over.signal, ending, c.req.raw.signal])
    const found = source.search(c.req.param('name'), text, signal)
    if (found === null) return noRun(c)
    c.header('content-type', 'application/x-ndjson')
    return stream(c, async (out) => {
      out.onAbort(() => over.abort())
      for await (const progress of found) {
        if (out.aborted) break
        await out.write(`${JSON.stringify(progress)}\n`)
      }
    })
  })
}

function noTrial(c: Context): Response {
  return refuse(c, 404, 'There is no such trial in this run (yet, or any more)')
}
