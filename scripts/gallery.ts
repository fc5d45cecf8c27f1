import { basename } from 'node:path'
import type { SourceText } from './catalogs.ts'

/** Folder of the snapshots of charts, which the contract of charts writes, and the page that shows them. */
export const GALLERY = { folder: 'docs/gallery', path: 'docs/gallery.html' }

const SCHEMES = ['light', 'dark'] as const

/** One page with every chart in light and in dark, as it is on a page and as it is on a phone. @param styles addresses of style sheets */
export function renderGallery(drawings: readonly SourceText[], styles: readonly string[]): string {
  const sorted = drawings.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  return [
    '<!doctype html>',
    '<!-- Written by `npm run generate` from docs/gallery. Do not edit. -->',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<title>Charts</title>',
    ...styles.map((style) => `<link rel="stylesheet" href="${style}">`),
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    '<h1>Charts</h1>',
    '<p>Every chart with sample data, in light and dark, laid out for a page and for a phone. The tests compare each with its file in <code>gallery/</code>.</p>',
    ...sorted.flatMap(section),
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

/** What is shown anyway, at its natural size, whatever the page's width. */
const STYLE = [
  'body { margin: 2rem auto; padding: 0 1rem; max-width: 105rem; font-family: var(--font); line-height: 1.5; }',
  'h2 { font-size: 1rem; }',
  '.both { display: flex; flex-wrap: wrap; gap: 1rem; }',
  '.light { color-scheme: light; }',
  '.dark { color-scheme: dark; }',
  '.light, .dark { overflow-x: auto; padding: 1rem; background: var(--paper); }',
  '.both .chart { display: block; width: auto; max-width: none; }',
].join('\n')

function section({ path, text }: SourceText): string[] {
  const name = basename(path, '.svg')
  const drawing = text.trim()
  return [
    '<section>',
    `<h2>${name}</h2>`,
    '<div class="both">',
    ...SCHEMES.map(
      (scheme) => `<div class="${scheme}">${renamed(drawing, `${name}-${scheme}`)}</div>`,
    ),
    '</div>',
    '</section>',
  ]
}

/** Several drawings stand in one page, each twice: whatever one refers to must be its own. */
function renamed(drawing: string, prefix: string): string {
  const ids = [...drawing.matchAll(/ id="([^"]*)"/g)].map(([, id = '']) => id)
  return ids.reduce(
    (svg, id) => svg.replaceAll(new RegExp(`(["# ])${id}(?=[" )])`, 'g'), `$1${prefix}-${id}`),
    drawing,
  )
}
