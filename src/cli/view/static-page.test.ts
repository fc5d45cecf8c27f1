import { expect, test } from 'vitest'
import { PAGE_POLICY } from '../../server/view-app.ts'
import { staticPage } from './static-page.ts'

const PAGE = '<!doctype html><head><meta charset="utf-8" /><script src="./a.js"></script></head>'

test('says before anything is loaded that there is no server, and what it may do', () => {
  const page = staticPage(PAGE)

  const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)" \/>/.exec(page)?.[1]
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
  // A browser complains of those that only a header can give.
  expect(policy).not.toMatch(/frame-ancestors|report-uri/)
  expect(PAGE_POLICY).toMatch(/frame-ancestors.*report-uri/)
  expect(page.indexOf('<meta name="offswitch-source" content="static" />')).toBeLessThan(
    page.indexOf('<script'),
  )
  expect(page.replaceAll(/\s*<meta (http-equiv|name)="[^>]*>/g, '')).toBe(PAGE)
})

test('a page of another making is not taken for ours', () => {
  expect(() => staticPage('<html></html>')).toThrow('Broken invariant')
})
