import type { Context, Hono } from 'hono'
import { type ReportProblem, refuse } from '../problems.ts'
import { sendPieces } from '../send-pieces.ts'
import { REPORT_FORMATS, type ReportFormat, type ViewSource } from '../view-source.ts'
import { countFrom } from './numbers.ts'

const TYPES: Readonly<Record<ReportFormat, string>> = {
  html: 'text/html; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  text: 'text/plain; charset=utf-8',
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
}

/** The report brings its own style and nothing else, and is kept apart from the page that links to it. */
const REPORT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-popups"

export function addRunRoutes(
  app: Hono,
  { source, onProblem }: { readonly source: ViewSource; readonly onProblem: ReportProblem },
): void {
  app.get('/api/runs', async (c) => c.json(await source.runs()))
  app.get('/api/runs/:name', async (c) => {
    const run = await source.run(c.req.param('name'))
    return run === null ? noRun(c) : c.json(run)
  })
  app.get('/api/runs/:name/index', async (c) => {
    const index = await source.index(c.req.param('name'), {
      after: countFrom(c.req.query('after')),
    })
    return index === null ? noRun(c) : c.json(index)
  })
  app.get(`/api/runs/:name/:report{report\\.(?:${REPORT_FORMATS.join('|')})}`, (c) => {
    const name = c.req.param('name')
    const format = formatOf(c.req.param('report'))
    const pieces = format === null ? null : source.report(name, format)
    if (format === null || pieces === null) return noRun(c)
    return sendPieces(c, pieces, { headers: headersOf(c, name, format), onProblem })
  })
}

export function noRun(c: Context): Response {
  return refuse(c, 404, 'There is no such run here (any more)')
}

function headersOf(c: Context, name: string, format: ReportFormat): Record<string, string> {
  const isShown = format === 'html' && c.req.query('download') === undefined
  const file = `${name.replaceAll(/[^\w.-]/g, '_')}.${format === 'text' ? 'txt' : format}`
  return {
    'content-type': TYPES[format],
    'content-security-policy': REPORT_POLICY,
    'content-disposition': `${isShown ? 'inline' : 'attachment'}; filename="${file}"`,
  }
}

function formatOf(report: string): ReportFormat | null {
  return REPORT_FORMATS.find((format) => report === `report.${format}`) ?? null
}
