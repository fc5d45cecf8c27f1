import { expect, test } from 'vitest'
import { renderGallery } from './gallery.ts'

const SVG =
  '<svg aria-labelledby="a-title a-desc"><title id="a-title">A</title><desc id="a-desc">a</desc><defs><pattern id="a-p"/></defs><rect fill="url(#a-p)"/></svg>'

test('every drawing stands there twice, and what it refers to is its own', () => {
  const page = renderGallery(
    [
      { path: 'docs/gallery/two.svg', text: SVG },
      { path: 'docs/gallery/one.svg', text: SVG },
    ],
    ['tokens.css'],
  )

  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(12)
  expect(page.match(/url\(#[^)]*\)/g)).toEqual([
    'url(#one-light-a-p)',
    'url(#one-dark-a-p)',
    'url(#two-light-a-p)',
    'url(#two-dark-a-p)',
  ])
  expect(page).toContain('aria-labelledby="one-light-a-title one-light-a-desc"')
  expect(page).toContain('<link rel="stylesheet" href="tokens.css">')
})
