import type { Context, Hono } from 'hono'
import type { SearchProgress } from '../../records/view.ts'
import { type ReportProblem, refuse } from '../problems.ts'
import { sendPieces } from '../send-pieces.ts'
import type { ViewSource } from '../view-source.ts'
import { countFrom } from './numbers.ts'
import { noRun } from './runs.ts'

const SEARCHED_LETTERS_MAX = 500

export function addTrialRoutes(
  app: Hono,
  {
    source,
    signal: ending,
    onProblem,
  }: {
    readonly source: ViewSource
    readonly signal: AbortSignal
    readonly onProblem: ReportProblem
  },
): void {
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
    return sendPieces(c, linesOf(found), {
      headers: { 'content-type': 'application/x-ndjson' },
      onProblem,
      whenGone: () => over.abort(),
    })
  })
}

async function* linesOf(found: AsyncIterable<SearchProgress>): AsyncGenerator<string> {
  for await (const progress of found) yield `${JSON.stringify(progress)}\n`
}

function noTrial(c: Context): Response {
  return refuse(c, 404, 'There is no such trial in this run (yet, or any more)')
}
