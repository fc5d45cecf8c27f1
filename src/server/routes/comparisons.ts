import type { Hono } from 'hono'
import { refuse } from '../problems.ts'
import type { ViewSource } from '../view-source.ts'
import { noRun } from './runs.ts'

export function addComparisonRoutes(app: Hono, source: ViewSource): void {
  app.get('/api/compare', async (c) => {
    const { a, b, by, endpoint, reverse } = c.req.query()
    if (a === undefined) return refuse(c, 400, 'Say which run is to be compared: a=NAME')
    const names = b === undefined ? [a] : [a, b]
    const terms = { by: given(by), endpoint: given(endpoint), reverse: reverse === 'true' }
    const comparison = await source.compare(names, terms)
    return comparison === null ? noRun(c) : c.json(comparison)
  })
}

function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
