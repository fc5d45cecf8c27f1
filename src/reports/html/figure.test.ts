import { expect, test } from 'vitest'
import type { Figure } from '../charts/figure.ts'
import { figureMarkup } from './figure.ts'

const FIGURE: Figure = {
  id: 'forest-plot',
  key: 'run-a-forest-plot',
  title: 'Rates of <b>',
  caption: 'Of 10 trials & more',
  svg: '<svg class="wide"></svg>',
  narrow: '<svg class="narrow"></svg>',
  table: { head: ['cell', 'k'], rows: [['<i>', '1']] },
}

test('a figure is its title, both drawings, the caption and a table', () => {
  expect(figureMarkup(FIGURE).toString()).toBe(
    `<figure class="figure" id="run-a-forest-plot" data-figure="forest-plot">
<h3 class="figure-title">Rates of &lt;b&gt;</h3>
<svg class="wide"></svg><svg class="narrow"></svg>
<figcaption class="figure-caption">Of 10 trials &amp; more</figcaption>
<details class="figure-table"><summary>The same as a table</summary>
<div class="figure-scroll" role="region" tabindex="0" aria-label="Table: Rates of &lt;b&gt;"><table><thead><tr><th scope="col">cell</th><th scope="col">k</th></tr></thead><tbody><tr><td>&lt;i&gt;</td><td>1</td></tr></tbody></table></div>
</details>
</figure>
`,
  )
})

test('a drawing that has no second layout is scrolled, also with the keyboard', () => {
  expect(figureMarkup({ ...FIGURE, narrow: null }).toString()).toContain(
    '<div class="figure-scroll" role="region" tabindex="0" aria-label="Rates of &lt;b&gt;"><svg class="wide"></svg></div>',
  )
})
