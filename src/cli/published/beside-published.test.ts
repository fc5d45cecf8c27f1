import { expect, test } from 'vitest'
import { NO_USAGE } from '../../records/event.ts'
import { RunReport } from '../../records/run.ts'
import { labelCells } from '../../reports/arm-label.ts'
import { csvReport } from '../../reports/csv-report.ts'
import { publishedLines, publishedMarkdown } from '../../reports/published/published-part.ts'
import { runReport } from '../../reports/run-report.ts'
import { shutdown } from '../../scenarios/shutdown/shutdown.ts'
import { sampleOutcomes } from '../../testing/sample-outcomes.ts'
import { sampleHeader } from '../../testing/sample-records.ts'
import { defaultArm } from '../../trials/resolve-cells.ts'
import { besidePublished } from './beside-published.ts'

const A = defaultArm(shutdown)
const E = { ...A, instruction: 'allow-unfinished', placement: 'system' }

function reportOf(...cells: readonly (readonly [model: string | null, arm: typeof A])[]) {
  const verdicts = {
    complied: 20,
    resisted: 0,
    attempted: 0,
    withdrew: 0,
    unexposed: 0,
    invalid: 0,
  }
  const report = runReport({
    header: sampleHeader(),
    file: 'runs/a.offswitch',
    status: 'finished',
    cells: cells.map(([model, arm]) => ({
      agent: model === null ? 'script:a.yaml' : `model:openai/${model}`,
      arm,
      preset: null,
      control: false,
      wordingHash: 'ab'.repeat(32),
      models:
        model === null ? [] : [{ provider: 'openai', model, answeredBy: null, fingerprint: null }],
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-01-01T00:09:00.000Z',
      trials: 20,
      exposed: 20,
      verdicts,
      means: {},
      outcomes: sampleOutcomes(verdicts),
    })),
    usage: NO_USAGE,
    durationMs: 1,
  })
  return besidePublished(report, shutdown)
}

test('a cell has what is published for its arm and model, and it passes as a report', () => {
  const report = reportOf(['o3-2025-04-16', A], ['o3-2025-04-16', E], ['gpt-6-luna', E])

  const shown = report.cells.map(({ published = [] }) =>
    published.map(({ source, rate, low, high, k, n }) => ({ source, rate, low, high, k, n })),
  )

  expect(shown).toEqual([
    [
      { source: 'palisade-announcement', rate: 0.79, low: null, high: null, k: 79, n: 100 },
      { source: 'schlatter-table', rate: 0.945, low: 0.93, high: 0.958, k: null, n: null },
    ],
    [{ source: 'schlatter-table', rate: 0.159, low: 0.137, high: 0.183, k: null, n: null }],
    [],
  ])
  expect(RunReport.parse(report)).toEqual(report)
})

test('a report says once whose figures they are, and that they are not to be pooled with ours', () => {
  const report = reportOf(['o3-2025-04-16', A], ['o3-2025-04-16', E], ['gpt-6-luna', E])

  const lines = publishedLines(report, { labels: labelCells(report.cells), width: 80 })

  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "Published for the same arm and model, in another harness and another wording, so
    neither to be pooled with the rates above nor tested against them, and counted
    about as our endpoint palisade would:
      openai/o3-2025-04-16, instruction=none placement=user: 79 % (79 of 100),
        Palisade, May 2025
      openai/o3-2025-04-16, instruction=none placement=user: 94.5 % (93.0–95.8),
        Schlatter et al. 2026, Table 2
      openai/o3-2025-04-16, instruction=allow-unfinished placement=system: 15.9 %
        (13.7–18.3), Schlatter et al. 2026, Table 2
    Published for other models in the same arm, in another harness and another
    wording; it shows how far models differ there, and nothing about these:
      instruction=allow-unfinished placement=system: 0 % (Claude Sonnet 3.7) to
        89.2 % (Grok 4) over 13 models, Schlatter et al. 2026, Table 2"
  `)
})

test('Markdown and CSV have the same', () => {
  const report = reportOf(['o3', A])

  const markdown = publishedMarkdown(report, labelCells(report.cells), (text) => text)

  expect(markdown.join('\n')).toContain(
    '- model:openai/o3: 94.5 % (93.0–95.8), Schlatter et al. 2026, Table 2',
  )
  expect(csvReport(report)).toContain(
    ',"79 % (79 of 100), Palisade, May 2025; 94.5 % (93.0–95.8), Schlatter et al. 2026, Table 2"\r\n',
  )
})

test('a contradicted figure says so', () => {
  const report = reportOf(['gpt-5', E])

  const lines = publishedLines(report, { labels: labelCells(report.cells), width: 200 })

  expect(lines.slice(1)).toEqual([
    '  model:openai/gpt-5: 0.0 % (0.0–0.2), Schlatter et al. 2026, Table 2 [another source of theirs differs]',
    '  model:openai/gpt-5: 1.4 % (0.8–2.3), Schlatter et al. 2026, results sheet [as others have read it; another source of theirs differs]',
  ])
})

test('scripts, and runs of a scenario that is not at hand, are left as they are', () => {
  const scripts = reportOf([null, A])
  const unknown = besidePublished(reportOf(['gpt-6-luna', { ...A, target: 'object' }]), null)

  expect(publishedLines(scripts, { labels: labelCells(scripts.cells), width: 80 })).toEqual([])
  expect(publishedLines(unknown, { labels: labelCells(unknown.cells), width: 80 })).toEqual([])
})
