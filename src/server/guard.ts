import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'

/** What a request says of where it comes from. Null: it does not say. */
export interface Asking {
  readonly host: string | null
  readonly origin: string | null
  /** The browser's own word on who asks (fetch metadata). */
  readonly site: string | null
  /** Bearer token of a program, and the page's cookie. */
  readonly bearer: string | null
  readonly cookie: string | null
}

/**
 * Whether a request was meant for this server: a page of somebody else's may point a name of its own at this machine (DNS
 * rebinding), but it cannot make an address or `localhost` its own. Ports do not matter: a tunnel has another one.
 */
export function isHostAllowed(host: string | null, names: ReadonlySet<string>): boolean {
  const name = hostname(host)
  if (name === null) return false
  return isIP(name.replace(/^\[|\]$/g, '')) !== 0 || name === 'localhost' || names.has(name)
}

/** Whether it comes from a page of this server's, or from no page at all. */
export function isOriginAllowed({ host, origin, site }: Asking): boolean {
  if (site === 'cross-site' || site === 'same-site') return false
  if (origin === null) return true
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase()
}

/** Takes the same time for every wrong token of whatever length. */
export function isToken(given: string | null, token: string): boolean {
  if (given === null) return false
  return timingSafeEqual(digest(given), digest(token))
}

/**
 * Whether it may write. A browser sends its cookie along with whatever asks; that it says which page does, and that the page is
 * ours, is what tells a reader's click from another site's. A program shows its token itself.
 */
export function mayWrite(asking: Asking, token: string): boolean {
  if (isToken(asking.bearer, token)) return isOriginAllowed(asking)
  return isToken(asking.cookie, token) && asking.origin !== null && isOriginAllowed(asking)
}

function hostname(host: string | null): string | null {
  const address = `http://${host}`
  if (host === null || !/^[\w.:[\]-]+$/.test(host) || !URL.canParse(address)) return null
  return new URL(address).hostname
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
