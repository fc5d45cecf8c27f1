import { PAGE_POLICY } from '../../server/view-app.ts'
import { invariant } from '../../support/errors.ts'

/** Directives that a page cannot give itself: only a server's header can. */
const HEADER_ONLY = /^(frame-ancestors|report-uri|report-to|sandbox)\b/

/** The page of the application as a plain file server hands it out: it reads files, and brings its policy itself. */
export function staticPage(page: string): string {
  const policy = PAGE_POLICY.split('; ')
    .filter((directive) => !HEADER_ONLY.test(directive))
    .join('; ')
  const [head, ...rest] = page.split(CHARSET)
  invariant(rest.length === 1, 'the built page says once how its letters are coded')
  const metas = [
    CHARSET,
    `<meta http-equiv="Content-Security-Policy" content="${policy}" />`,
    '<meta name="offswitch-source" content="static" />',
  ]
  return [head, metas.join('\n    '), ...rest].join('')
}

/** Stands first: what is before it is read without knowing. */
const CHARSET = '<meta charset="utf-8" />'
