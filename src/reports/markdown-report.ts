import type { RunReport } from '../records/run.ts'
import { MEANS } from '../records/verdict.ts'
import { armText, labelCells } from './arm-label.ts'
import { capabilitiesOf, isUninformative } from './capability.ts'
import { cautionMarkdown, cautionsOf, hasMissing, unknownNote } from './caution-part.ts'
import { type CellRow, type CountedCell, cellRows, othersNote } from './cell-rows.ts'
import { comparisonMarkdown } from './comparison/comparison-markdown.ts'
import { countText } from './count-text.ts'
import { durationText } from './duration-text.ts'
import { cellFindings, comparisonFindings, comparisonsLead } from './findings.ts'
import { flowMarkdown } from './flow-part.ts'
import { judgeMarkdown } from './judging/judge-markdown.ts'
import { codeText as code, plainText as plain } from './markdown-text.ts'
import { planMarkdown } from './planning/plan-part.ts'
import { publishedMarkdown } from './published/published-part.ts'
import { intervalName, rateText, simultaneousNote } from './rate-text.ts'
import { noteMarkdown } from './reader-notes.ts'
import {
  BOUNDS_MAX,
  type ReportNotes,
  rescoreCommand,
  rescoredNote,
  tracingNote,
  verifyCommand,
} from './report-notes.ts'
import { isAllScripted, reportParts } from './report-page.ts'
import { stoppingMarkdown } from './stopping/stopping-part.ts'
import { costText, tokensText } from './usage-text.ts'
import { CAUSE_WORDS, VERDICT_MEANINGS, VERDICT_WORDS } from './verdict-words.ts'
import { answeredText, splitAgents, splitNote } from './who-answered.ts'

/** The report as GitHub's Markdown, to be put into an issue, a paper's appendix or a record. */
export function markdownReport(report: RunReport, notes: ReportNotes): string {
  const labels = labelCells(report.cells)
  const split = new Set(splitAgents(report.cells))
  const parts = [
    `# ${plain(notes.studyTitle ?? notes.title ?? report.scenario.id)}`,
    ...(notes.question === null ? [] : [plain(notes.question)]),
    ...notes.remarks.map(plain),
    facts(report, notes),
    ...cautionMarkdown(cautionsOf(report, verifyCommand(notes))),
    ...(isAllScripted({ report, notes })
      ? [
          '**These agents are scripts whose result is known beforehand. They show what the instrument sees and are no findings about a model.**',
        ]
      : []),
    ...findingsPart(report, notes),
    table(report, notes),
    legend(report),
    ...splitPart(report, notes),
    ...tracingPart(notes),
    ...flowMarkdown({ rows: cellRows(report.cells), labels, split }, plain),
    ...invalidPart(report, notes),
    ...planMarkdown(report, plain),
    ...stoppingMarkdown(report, labels, plain),
    ...(report.comparisons === undefined ? [] : comparisonMarkdown(report.comparisons)),
    ...publishedMarkdown(report, labels, plain),
    ...judgeMarkdown(report.judges ?? [], code),
    ...noteMarkdown(report.notes ?? []),
  ]
  return `${parts.join('\n\n')}\n`
}

/** The same sentences as on the page. */
function findingsPart(report: RunReport, notes: ReportNotes): string[] {
  const list = (sentences: readonly string[]): string[] =>
    sentences.length === 0 ? [] : [sentences.map((each) => `- ${plain(each)}`).join('\n')]
  const { comparisons } = report
  const cells = list(cellFindings(reportParts(report, notes)))
  return [
    // Without a line between them this list and the one before would be one.
    ...(cells.length === 0 ? [] : ['What was found:', ...cells]),
    ...(comparisons === undefined || comparisons.results.length === 0
      ? []
      : [plain(comparisonsLead(comparisons)), ...list(comparisonFindings(comparisons))]),
  ]
}

function facts(report: RunReport, notes: ReportNotes): string {
  const trials = report.cells.reduce((sum, cell) => sum + cell.trials, 0)
  const shared = armText(labelCells(report.cells).shared)
  const { usage } = report
  const used = usage.inputTokens + usage.outputTokens + usage.unconfirmedUsd + notes.outsideUsd
  const tokens = tokensText(usage)
  const rescored = rescoredNote(report)
  return [
    `- Run ${code(report.run)}, ${report.status}: ${countText(trials)} of ${report.stopping === undefined ? '' : 'at most '}${countText(notes.planned)} trials in ${durationText(report.durationMs)}`,
    `- Scenario ${code(report.scenario.id)}, version ${code(report.scenario.version)}; sandbox ${code(notes.sandbox)}`,
    ...(used === 0
      ? []
      : [`- Used: ${tokens.in}, ${tokens.out}; ${costText(usage, notes.outsideUsd)}`]),
    ...(rescored === null ? [] : [`- ${plain(rescored)}`]),
    ...(shared === '' ? [] : [`- In every arm: ${code(shared)}`]),
  ].join('\n')
}

function table(report: RunReport, notes: ReportNotes): string {
  const labels = labelCells(report.cells)
  const split = splitAgents(report.cells)
  const heading = [
    'agent',
    'arm',
    ...(split.length === 0 ? [] : ['answered by']),
    'trials',
    ...Object.values(VERDICT_WORDS),
    'rate',
    'told to stop it',
    'means',
    'wording',
  ]
  const capabilities = capabilitiesOf(report.cells, notes)
  const rows = cellRows(report.cells).map((row) => {
    const { cell } = row
    const capability = row.kind === 'cell' ? capabilities.get(row.cell) : undefined
    return [
      `${code(cell.agent)}${cell.control ? ' (control)' : ''}`,
      plain(labels.arm(cell) || 'the only arm'),
      ...(split.length === 0 ? [] : [split.includes(cell.agent) ? answeredCell(row) : '']),
      countText(cell.trials),
      ...Object.keys(VERDICT_WORDS).map((verdict) =>
        countText(cell.verdicts[verdict as keyof typeof VERDICT_WORDS]),
      ),
      row.kind === 'cell'
        ? `${rateText(row.cell.estimate)}${isUninformative(row.cell, capability) ? ' (says little)' : ''}`
        : '',
      capability === undefined ? '' : rateText(capability.estimate),
      meansText(cell),
      code(cell.wordingHash.slice(0, 12)),
    ]
  })
  const firstNumber = heading.indexOf('trials')
  const lastNumber = heading.indexOf('told to stop it')
  const align = heading.map((_, index) =>
    index >= firstNumber && index <= lastNumber ? '--:' : '---',
  )
  return [heading, align, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function answeredCell(row: CellRow): string {
  return plain(answeredText(row).replace(/^answered by /, ''))
}

function meansText(cell: CountedCell): string {
  return MEANS.flatMap((means) => {
    const count = cell.means[means] ?? 0
    return count === 0 ? [] : [`${means} ${countText(count)}`]
  }).join(', ')
}

function legend(report: RunReport): string {
  const [first] = report.cells
  const meanings = Object.entries(VERDICT_WORDS).map(
    ([verdict, words]) =>
      `- **${words}** (${code(verdict)}): ${VERDICT_MEANINGS[verdict as keyof typeof VERDICT_WORDS]}`,
  )
  if (first === undefined) return meanings.join('\n')
  const rate = `Rate: the share of trials in which ${plain(report.endpoint.meaning)}, with its ${intervalName(first.estimate)}. Lower = more controllable. It holds for these agents, in this scripted situation, in these words, in this sandbox.`
  const together = simultaneousNote(report.cells)
  return [together === null ? rate : `${rate} ${together}`, '', ...meanings].join('\n')
}

function splitPart(report: RunReport, { program, runName }: ReportNotes): string[] {
  const split = splitNote(report)
  const others = othersNote(cellRows(report.cells), `${program} report ${runName}`)
  return [split, others].flatMap((note) => (note === null ? [] : [plain(note)]))
}

function tracingPart(notes: ReportNotes): string[] {
  const note = tracingNote(notes)
  return note === null ? [] : [note]
}

function invalidPart(report: RunReport, notes: ReportNotes): string[] {
  const invalid = report.cells.filter(hasMissing)
  const unknown = unknownNote(report, rescoreCommand(notes))
  if (invalid.length === 0) return []
  const causes = notes.invalid.map(
    ({ cause, count, examples, detail }) =>
      `- ${CAUSE_WORDS[cause]}: ${countText(count)} (trial ${examples.join(', ')}): ${plain(detail)}`,
  )
  const labels = labelCells(report.cells)
  const split = splitAgents(report.cells)
  const bounds = invalid.slice(0, BOUNDS_MAX).map((cell) => {
    const { low, high } = cell.estimate.bounds
    const who = split.includes(cell.agent) ? `, ${plain(answeredText({ kind: 'cell', cell }))}` : ''
    return `- ${code(cell.agent)} ${plain(labels.short(cell))}${who}: ${(low * 100).toFixed(1)} % to ${(high * 100).toFixed(1)} %`
  })
  return [
    ...(causes.length === 0
      ? []
      : ['Trials that say nothing about the agent are left out of the rates:', causes.join('\n')]),
    ...(unknown === null ? [] : [plain(unknown)]),
    'Had all of them gone one way or the other, sampling error included, the rates would lie between:',
    [
      ...bounds,
      ...(invalid.length > BOUNDS_MAX ? [`- … and ${invalid.length - BOUNDS_MAX} more cells`] : []),
    ].join('\n'),
  ]
}
