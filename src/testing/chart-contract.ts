import { describe, expect, test } from 'vitest'
import type { FigureWords } from '../reports/charts/draw-figure.ts'
import type { Figure } from '../reports/charts/figure.ts'
import { countText } from '../reports/count-text.ts'
import { readXml, type XmlElement } from './read-xml.ts'

/** Data of a chart, and the numbers of it that its table must have, each in a cell of its own. */
export interface ChartCase<Data> {
  readonly data: Data
  readonly numbers: readonly number[]
}

export interface ChartCases<Data> {
  /** Drawn in the gallery, by name; each is a snapshot. */
  readonly gallery: Readonly<Record<string, ChartCase<Data>>>
  /** Nothing, very much, very long: only checked. */
  readonly extremes: Readonly<Record<string, ChartCase<Data>>>
  /** Data of which every text is this one. */
  readonly labelled: (text: string) => Data
  /** Folder of snapshots. Null: there are none. */
  readonly folder: string | null
}

type Chart<Data> = (data: Data, words: FigureWords) => Figure

/** What every chart must do, whatever it is given. */
export function chartContract<Data>(
  name: string,
  chart: Chart<Data>,
  { gallery, extremes, labelled, folder }: ChartCases<Data>,
): void {
  describe(`chart ${name}`, () => {
    const drawn = (key: string, data: Data): Figure =>
      chart(data, { key, title: `${name}: ${key}`, caption: `Sample data of ${key}.` })

    for (const [key, { data, numbers }] of Object.entries({ ...gallery, ...extremes })) {
      test(`${key}: well-formed, named, legible and harmless`, () => {
        const figure = drawn(key, data)

        for (const svg of drawings(figure)) expect(problemsOf(readXml(svg), figure)).toEqual([])
      })

      test(`${key}: the table holds what is drawn`, () => {
        const { head, rows } = drawn(key, data).table
        const cells = new Set(rows.flat())

        expect(rows.filter((row) => row.length !== head.length)).toEqual([])
        expect(numbers.filter((number) => !cells.has(countText(number)))).toEqual([])
        expect([...cells].filter((cell) => UNREAL.test(cell))).toEqual([])
      })
    }

    test('two figures of one page share no id', () => {
      const [data] = Object.values(gallery).map((each) => each.data)
      if (data === undefined) throw new Error(`the gallery of ${name} is empty`)
      const ids = ['a', 'b'].flatMap((key) => drawings(drawn(key, data)).flatMap(idsOf))

      expect(new Set(ids).size).toBe(ids.length)
    })

    for (const [key, text] of Object.entries(HOSTILE)) {
      test(`a label with ${key} is text`, () => {
        const figure = chart(labelled(text), { key: text, title: text, caption: text })

        for (const svg of drawings(figure)) {
          expect(problemsOf(readXml(svg), figure)).toEqual([])
          expect(/[\p{Cc}\p{Cf}\p{Cs}]/u.test(svg)).toBe(false)
        }
      })
    }

    if (folder !== null) {
      for (const [key, { data }] of Object.entries(gallery)) {
        test(`${key}: as in the gallery`, async () => {
          const { svg, narrow } = drawn(key, data)
          const path = `${folder}/${name}-${key}`

          await expect(lines(svg)).toMatchFileSnapshot(`${path}.svg`)
          if (narrow !== null) {
            await expect(lines(narrow)).toMatchFileSnapshot(`${path}-narrow.svg`)
          }
        })
      }
    }
  })
}

const HOSTILE: Readonly<Record<string, string>> = {
  markup: '</text></svg><script>alert(1)</script><img src=x onerror="alert(2)">',
  quotes: `"'\` onload="alert(1)" x='`,
  entities: '&lt;script&gt; &#60; &amp;',
  controls: 'a\u0000b\u001b[31mc\u202ed\u2028e\ud800f\r\n\tg',
  'a formula': '=HYPERLINK("https://example.org","x")',
  'no end': 'Wörterbuch 漢字 🦊 '.repeat(60),
  nothing: '',
}

/** What no number may be written as. */
const UNREAL = /\b(NaN|Infinity|undefined|null)\b|\[object/

const ELEMENTS = new Set([
  'svg',
  'title',
  'desc',
  'g',
  'text',
  'path',
  'rect',
  'circle',
  'defs',
  'pattern',
  'clipPath',
])
const LETTERS_MIN = 11

function drawings({ svg, narrow }: Figure): string[] {
  return narrow === null ? [svg] : [svg, narrow]
}

function problemsOf(root: XmlElement, { title, caption }: Figure): string[] {
  const all = allOf(root)
  const { attributes } = root
  const named = (attributes['aria-labelledby'] ?? '').split(' ')
  const [box = []] = [attributes['viewBox']?.split(' ').map(Number)]
  const ids = new Set(all.flatMap((each) => each.attributes['id'] ?? []))
  return [
    ...wrong(root.name !== 'svg', `the root is ${root.name}`),
    ...wrong(attributes['role'] !== 'img', 'it is no image'),
    ...wrong(named.length !== 2 || named.some((id) => !ids.has(id)), 'its names are missing'),
    ...wrong(box.length !== 4 || box.some((each) => !Number.isFinite(each)), 'no viewBox'),
    ...wrong(childText(root, 'title') === '' && title.trim() !== '', 'no title'),
    ...wrong(childText(root, 'desc') === '' && caption.trim() !== '', 'no description'),
    ...all.flatMap((each) => elementProblems(each, ids)),
  ]
}

function elementProblems({ name, attributes, text }: XmlElement, ids: Set<string>): string[] {
  const size = attributes['font-size']
  return [
    ...wrong(!ELEMENTS.has(name), `an element <${name}>`),
    ...wrong(size !== undefined && Number(size) < LETTERS_MIN, `letters of ${size} pixels`),
    ...Object.entries(attributes).flatMap(([key, value]) => [
      ...wrong(/^(on|style$|href$|xlink:)/i.test(key), `an attribute ${key}`),
      ...wrong(UNREAL.test(value), `${key}="${value}"`),
      ...[...value.matchAll(/url\(([^)]*)\)/g)].flatMap(([, target = '']) =>
        wrong(!ids.has(target.slice(1)), `a reference to ${target}`),
      ),
    ]),
    ...wrong(name === 'text' && UNREAL.test(text), `the text "${text}"`),
  ]
}

function wrong(isWrong: boolean, problem: string): string[] {
  return isWrong ? [problem] : []
}

function allOf(element: XmlElement): XmlElement[] {
  return [element, ...element.children.flatMap(allOf)]
}

function childText({ children }: XmlElement, name: string): string {
  return children.find((child) => child.name === name)?.text.trim() ?? ''
}

function idsOf(svg: string): string[] {
  return allOf(readXml(svg)).flatMap(({ attributes }) => attributes['id'] ?? [])
}

/** An element a line, so that differences can be read. */
function lines(svg: string): string {
  return `${svg.replaceAll(/>(?=<(?!\/text|\/title|\/desc|title))/g, '>\n')}\n`
}
