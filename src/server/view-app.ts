import { createHash } from 'node:crypto'
import { getConnInfo } from '@hono/node-server/conninfo'
import { type Context, Hono } from 'hono'
import { compress } from 'hono/compress'
import { getCookie, setCookie } from 'hono/cookie'
import type { Clock } from '../support/clock.ts'
import { type Asking, isHostAllowed, isOriginAllowed, isToken, mayWrite } from './guard.ts'
import { answerProblem, type RedactText, type ReportProblem, refuse } from './problems.ts'
import { textOf } from './request-body.ts'
import { addChangeRoutes } from './routes/changes.ts'
import { addComparisonRoutes } from './routes/comparisons.ts'
import { addControlRoutes } from './routes/control.ts'
import { addNoteRoutes } from './routes/notes.ts'
import { addRunRoutes } from './routes/runs.ts'
import { addTrialRoutes } from './routes/trials.ts'
import type { SiteFile } from './site-files.ts'
import type { ViewSource } from './view-source.ts'

export interface ViewAppOptions {
  readonly source: ViewSource
  /** The built application, by address. */
  readonly site: ReadonlyMap<string, SiteFile>
  readonly token: string
  /** Names, besides addresses and `localhost`, by which this server may be asked. */
  readonly hosts: ReadonlySet<string>
  readonly clock: Clock
  /** Aborted when the server ends: streams end with it. */
  readonly signal: AbortSignal
  readonly onProblem: ReportProblem
  readonly redact: RedactText
}

/** Nothing from elsewhere, nothing inline, and no text becomes HTML but through the page's one policy. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types offswitch',
  'report-uri /policy-report',
].join('; ')

const REPORT_LETTERS_MAX = 2_000

/** What a server answers: the application, and the values that it shows. */
export function viewApp(options: ViewAppOptions): Hono {
  const { source, site, token, hosts } = options
  const cookie = cookieName(token)
  const app = new Hono()
  app.onError((error, c) => answerProblem(c, error, options))
  app.notFound((c) => refuse(c, 404, 'There is nothing at this address'))

  app.use(async (c, next) => {
    for (const [name, value] of Object.entries(HEADERS)) c.header(name, value)
    const asking = askingOf(c, cookie)
    if (!isHostAllowed(asking.host, hosts)) {
      return refuse(c, 403, 'This server is not asked for by that name', HOST_HINT)
    }
    // A link from elsewhere may open the page; nothing else from elsewhere is answered.
    if (!isOriginAllowed(asking) && !isOpening(c)) {
      return refuse(c, 403, 'This server answers its own page only')
    }
    return next()
  })
  const compressed = compress()
  app.use((c, next) => (isNear(c) ? next() : compressed(c, next)))

  app.get('/', (c) => {
    const given = c.req.query('token')
    const page = site.get('/index.html')
    if (given === undefined) return sendFile(c, page, 'no-store')
    // Who follows an old link gets the page, which says in words what it is not given.
    if (!isToken(given, token)) return sendFile(c, page, 'no-store', 401)
    // Not `Strict`: the link may stand in a message or a page. What writes is told by its origin.
    setCookie(c, cookie, token, { httpOnly: true, sameSite: 'Lax', path: '/' })
    return c.redirect('/', 303)
  })
  app.post('/policy-report', async (c) => {
    options.onProblem('policy', (await textOf(c)).slice(0, REPORT_LETTERS_MAX))
    return c.body(null, 204)
  })

  app.use('/api/*', async (c, next) => {
    const { method } = c.req
    const asking = askingOf(c, cookie)
    c.header('cache-control', 'no-store')
    if (method !== 'GET' && method !== 'POST') {
      c.header('allow', 'GET, POST')
      return refuse(c, 405, 'This server knows GET and POST only')
    }
    if (!isToken(asking.bearer, token) && !isToken(asking.cookie, token)) {
      return refuse(c, 401, 'This page needs the token of its server', TOKEN_HINT)
    }
    if (method === 'GET') return next()
    if (!mayWrite(asking, token)) return refuse(c, 403, 'Only the page itself may change anything')
    if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? '')) {
      return refuse(c, 415, 'What is sent here must be application/json')
    }
    return next()
  })
  addRunRoutes(app, options)
  addTrialRoutes(app, options)
  addComparisonRoutes(app, source)
  addChangeRoutes(app, options)
  addNoteRoutes(app, source)
  addControlRoutes(app, source)

  app.get('/*', (c) => {
    const path = c.req.path
    const cached = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store'
    return sendFile(c, site.get(path), cached)
  })
  return app
}

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': PAGE_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'x-frame-options': 'DENY',
}

const TOKEN_HINT = 'Open the link that `offswitch view` has printed.'
const HOST_HINT = 'Ask by address, or start `offswitch view` with --host and that name.'

function askingOf(c: Context, cookie: string): Asking {
  const header = (name: string): string | null => c.req.header(name) ?? null
  return {
    host: header('host'),
    origin: header('origin'),
    site: header('sec-fetch-site'),
    bearer: /^Bearer (.+)$/i.exec(header('authorization') ?? '')?.[1] ?? null,
    cookie: getCookie(c, cookie) ?? null,
  }
}

/** Cookies know no ports: this tells the server's from that of another one on the same host. */
function cookieName(token: string): string {
  return `offswitch-${createHash('sha256').update(`name of ${token}`).digest('hex').slice(0, 8)}`
}

/** On this machine nothing is gained by sending less, and to compress a large index takes longer than to draw it. */
function isNear(c: Context): boolean {
  const { address = '' } = getConnInfo(c).remote
  return /^(::1$|(::ffff:)?127\.)/.test(address)
}

function isOpening(c: Context): boolean {
  return (
    c.req.method === 'GET' && c.req.path === '/' && c.req.header('sec-fetch-mode') === 'navigate'
  )
}

function sendFile(
  c: Context,
  file: SiteFile | undefined,
  cacheControl: string,
  status: 200 | 401 = 200,
): Response {
  if (file === undefined) return refuse(c, 404, 'There is nothing at this address')
  return c.body(file.bytes, status, { 'content-type': file.type, 'cache-control': cacheControl })
}
