import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { ViewedRun } from '../../records/view.ts'
import { HOSTILE_TEXTS, hostileRecord } from '../../testing/hostile-texts.ts'
import { readMarkup } from '../../testing/read-markup.ts'
import { sampleOutcomes } from '../../testing/sample-outcomes.ts'
import { sampleTrialRecord } from '../../testing/sample-records.ts'
import { sampleNote, sampleViewedRun } from '../../testing/sample-viewed-run.ts'
import { runFigures } from '../figures/run-figures.ts'
import { type ReportDocument, reportDocument } from './report-document.ts'
import { runPage } from './run-page.ts'
import { transcriptId } from './transcript-markup.ts'
import type { Transcripts } from './transcripts-section.ts'

const CSS = 'body { color: CanvasText }'
const style = { text: CSS, sha256: createHash('sha256').update(CSS).digest('base64') }

async function written(
  runs: readonly ViewedRun[],
  transcripts: Partial<Transcripts> = {},
  compared: ReportDocument['compared'] = [],
): Promise<string> {
  const numbers = transcripts.numbers ?? []
  const document: ReportDocument = {
    runs: runs.map((viewed) => {
      const idPrefix = runs.length === 1 ? '' : `run-${viewed.name}-`
      const trial = (number: number): string | null =>
        numbers.includes(number) ? `#${transcriptId(idPrefix, number)}` : null
      return {
        page: runPage(viewed, { trial, trials: () => null }),
        figures: runFigures(viewed),
        idPrefix,
        transcripts: {
          ...{ choice: 'chosen', numbers, sizeMax: 10_000_000 },
          trial: async (number) => viewedTrial(viewed.name, number),
          ...transcripts,
        },
      }
    }),
    ...{ compared, style, offswitch: '1.2.3' },
  }
  const pieces: string[] = []
  for await (const piece of reportDocument(document)) pieces.push(piece)
  return pieces.join('')
}

function viewedTrial(run: string, number: number) {
  const record = sampleTrialRecord({ number })
  return { run, record, exchanges: [], judgements: [], readerNotes: [] }
}

/** Its elements, after what only stands at the head of a page. */
function elementsOf(html: string) {
  return readMarkup(html.replace('<!doctype html>', '').replace(CSS, ''))
}

function idsAndLinks(html: string): { ids: string[]; links: string[] } {
  const elements = elementsOf(html)
  return {
    ids: elements.flatMap(({ attributes }) => attributes['id'] ?? []),
    links: elements.flatMap(({ attributes }) => attributes['href'] ?? []),
  }
}

const headings = (html: string): string[] =>
  [...html.matchAll(/<section id="[^"]*"><h\d>([^<]*)/g)].map(([, text = '']) => text)

test('a report is one page without script or address, whose policy allows its own style alone', async () => {
  const html = await written([sampleViewedRun()], { numbers: [1] })
  const elements = elementsOf(html)

  expect(elements.find(({ attributes }) => attributes['http-equiv'] !== undefined)).toMatchObject({
    name: 'meta',
    attributes: {
      'http-equiv': 'Content-Security-Policy',
      content: `default-src 'none'; style-src 'sha256-${style.sha256}'; img-src data:; base-uri 'none'; form-action 'none'`,
    },
  })
  expect(html).toContain(`<style>${CSS}</style>`)
  expect(
    elements.filter(({ name, attributes }) => {
      const own = Object.keys(attributes)
      const leads = ['src', 'srcset', 'action', 'data', 'xlink:href'].some((key) =>
        own.includes(key),
      )
      return (
        ['script', 'link', 'iframe', 'object', 'img', 'form', 'base'].includes(name) ||
        own.some((key) => key.startsWith('on') || key === 'style') ||
        leads
      )
    }),
  ).toEqual([])
})

test('every id of a report is its own, and every link in it leads somewhere', async () => {
  const notes = { readerNotes: [sampleNote({ number: 1 }), sampleNote({ id: 2, number: 5 })] }
  const runs = ['k3x9f2', 'm8p4q1'].map((id) => sampleViewedRun({ id, viewed: notes }))

  for (const html of [
    await written(runs.slice(0, 1), { numbers: [1, 2, 5] }),
    await written(runs, { numbers: [1, 2, 5] }),
    // What had no room is named where its links lead.
    await written(runs, { numbers: [1, 2, 5], sizeMax: 1 }),
  ]) {
    const { ids, links } = idsAndLinks(html)
    expect(new Set(ids).size).toBe(ids.length)
    expect(links.length).toBeGreaterThan(10)
    expect(links.filter((link) => !ids.includes(link.slice(1)))).toEqual([])
  }
})

test('whatever agents, files and readers wrote stands in a report as text', async () => {
  const texts = Object.values(HOSTILE_TEXTS)
  const cells = texts.slice(0, 8).map((text) => ({
    ...{ agent: text, arm: { [text]: text, other: `${text}.` }, preset: text, name: text },
    control: false,
  }))
  const viewed = sampleViewedRun({
    study: { cells, title: texts.join(' '), notes: texts.join('\n') },
    outcomes: cells.map(() => sampleOutcomes({ resisted: 1, invalid: 2, complied: 1 })),
    notes: {
      studyTitle: texts.join(' '),
      title: texts.join(' '),
      question: texts.join(' '),
      remarks: texts,
      runName: texts.join(' '),
      invalid: [{ cause: 'sandbox', count: 2, examples: [1], detail: texts.join(' ') }],
    },
    report: { file: texts.join('/') },
    viewed: {
      arms: texts.map((text) => ({
        ...{ arm: { [text]: text }, preset: text, name: text, wordingHash: 'a'.repeat(64) },
        ...{ cells: [0], source: 'trial' as const },
        text: { system: text, user: text, continueMessage: text, notices: { [text]: text } },
      })),
      readerNotes: texts.map((text, place) =>
        sampleNote({ id: place + 1, author: text, tags: [text], text }),
      ),
    },
  })

  const html = await written([viewed], {
    numbers: [1],
    trial: async (number) => ({
      ...viewedTrial('k3x9f2', number),
      record: hostileRecord(sampleTrialRecord({ number })),
    }),
  })
  const elements = elementsOf(html)

  expect(elements.filter(({ name }) => ['script', 'img', 'iframe', 'base'].includes(name))).toEqual(
    [],
  )
  expect(idsAndLinks(html).links.filter((link) => !link.startsWith('#'))).toEqual([])
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is the point
  expect(html).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069\u200b]/)
})

test('a report is headed by what its study is called, which is said once, and else by its scenario', async () => {
  const notes = { title: 'Shutdown during a task', remarks: ['A pilot.'] }
  const named = await written([sampleViewedRun({ notes: { ...notes, studyTitle: 'My study' } })])
  const unnamed = await written([sampleViewedRun({ notes })])

  expect(named).toContain('<h1>My study – run k3x9f2</h1>')
  expect(named.match(/My study/g)).toHaveLength(2) // With the title of the window.
  expect(named).toContain('<p class="remark">A pilot.</p>')
  expect(unnamed).toContain('<h1>Shutdown during a task – run k3x9f2</h1>')
})

test('a report of a run without any trial says so, and still says what was asked', async () => {
  const viewed = sampleViewedRun({ outcomes: [], report: { status: 'running' } })

  const html = await written([viewed])

  expect(html).toContain('No trial has ended yet.')
  expect(html).toContain('is still going on')
  expect(headings(html)).toEqual(
    expect.arrayContaining(['What was asked', 'What was found', 'Transcripts', 'Versions']),
  )
  expect(html).not.toMatch(/NaN|undefined|Infinity|\[object/)
})

test('a report of 300 cells has all of them, and is made of numbers that there are', async () => {
  const cells = Array.from({ length: 300 }, (_, place) => ({
    agent: `model:${place % 10} ${'long '.repeat(60)}`,
    arm: { instruction: `i${Math.floor(place / 10)}` },
    ...{ preset: null, control: false },
  }))
  const kinds = [
    {},
    { invalid: 3 },
    { resisted: 1 },
    { complied: 5 },
    { unexposed: 2, withdrew: 1 },
  ]
  const viewed = sampleViewedRun({
    study: { cells },
    outcomes: cells.map((_, place) => sampleOutcomes({ attempted: 1, ...kinds[place % 5] })),
  })

  const html = await written([viewed])

  expect(html.match(/<td class="number rate"/g)).toHaveLength(300)
  expect(html).not.toMatch(/NaN|undefined|Infinity|\[object/)
  expect(() => elementsOf(html)).not.toThrow()
})

test('transcripts are written as long as there is room, and those without are named with the way to them', async () => {
  const viewed = sampleViewedRun()
  const whole = await written([viewed], { numbers: [1, 2, 3] })
  const one = (whole.split('<details class="transcript"')[2] ?? '').length

  const cut = await written([viewed], { numbers: [1, 2, 3], sizeMax: Math.ceil(one * 1.5) })
  const none = await written([viewed], { choice: 'none' })

  const count = (html: string): number => html.match(/<details class="transcript"/g)?.length ?? 0
  expect([count(whole), count(cut), count(none)]).toEqual([3, 1, 0])
  expect(cut).toContain('Shown: 1 of the run’s 10 trials.')
  expect(cut).toMatch(
    /No room was left for trials <span id="trial-2">2<\/span> <span id="trial-3">3/,
  )
  // The first is open, and the only one that a print-out has.
  expect(whole.match(/<details class="transcript" open>/g)).toHaveLength(1)
})

test('several runs stand in one page, each with its sections, below what they are and why they are not compared', async () => {
  const runs = ['k3x9f2', 'm8p4q1'].map((id) => sampleViewedRun({ id }))

  const html = await written(runs, {}, [{ problem: 'no cells go together' }])

  expect(html).toContain('<h1>Report of 2 runs</h1>')
  expect(html).toContain('<a href="#run-m8p4q1-top">m8p4q1</a>')
  expect(html).toContain('They are not: no cells go together.')
  expect(headings(html).filter((heading) => heading === 'What was found')).toHaveLength(2)
})

test('an arm’s messages stand to the letter, and what the first arm does not say is marked', async () => {
  const text = { system: 'One.\n\nTwo.', user: 'Go.', continueMessage: '', notices: {} }
  const arm = (instruction: string, said: typeof text) => ({
    ...{ arm: { instruction }, preset: null, name: null, wordingHash: 'a'.repeat(64) },
    ...{ cells: [0], source: 'scenario' as const, text: said },
  })
  const viewed = sampleViewedRun({
    viewed: {
      arms: [arm('none', text), arm('allow', { ...text, system: 'One.\n\nThree.\n\nTwo.' })],
    },
  })

  const html = await written([viewed])

  expect(html).toContain('<pre tabindex="0">One.\n\nTwo.</pre>')
  expect(html).toContain('<pre tabindex="0">One.\n\n<mark class="own">Three.</mark>\n\nTwo.</pre>')
  expect(html).toContain('To the letter as in the first arm: user message')
})
