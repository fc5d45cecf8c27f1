import type { RescoredCell, RescoredTrial, Rescoring } from '../records/rescoring.ts'
import { verdictDetail } from '../records/verdict.ts'
import { actText } from './act-text.ts'
import { labelCells } from './arm-label.ts'
import { escapeLine } from './escape-text.ts'
import type { Paint } from './paint.ts'
import { plural } from './report-page.ts'
import { textTable } from './text-table.ts'
import { hangText, wrapText } from './text-width.ts'
import { VERDICT_WORDS } from './verdict-words.ts'

export interface RescoringTextOptions {
  readonly width: number
  readonly paint: Paint
  /** At most so many trials are told one by one. */
  readonly limit: number
}

/** What scoring a run anew has changed, for a person. */
export function rescoringText(rescoring: Rescoring, options: RescoringTextOptions): string {
  const parts = [
    headline(rescoring, options),
    cellLines(rescoring, options),
    trialLines(rescoring, options),
    failedLines(rescoring, options),
    rescoring.written === null
      ? []
      : wrapText(
          `The new verdicts are in ${escapeLine(rescoring.written.file)}, as run ${rescoring.written.run}.`,
          options.width,
        ),
  ]
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function headline(rescoring: Rescoring, { width, paint }: RescoringTextOptions): string[] {
  const { scenario, scoredBy, trials, changed, recorded, failed } = rescoring
  const verdicts = changed.filter(isOtherVerdict).length
  const others = changed.length - verdicts
  const isSameVersion = scenario.version === scoredBy.version && scenario.id === scoredBy.id
  const found =
    changed.length + failed.length === 0
      ? 'Nothing has changed.'
      : [
          `The verdict of ${verdicts} ${has(verdicts)} changed`,
          ...(others === 0 ? [] : [`of ${others} more only acts or what the agent knew`]),
          ...(failed.length === 0 ? [] : [`and ${failed.length} could not be scored`]),
        ].join(', ') + '.'
  return [
    ...wrapText(
      `Run ${rescoring.run}: ${trials} ${plural(trials, 'trial')} of scenario ${escapeLine(scenario.id)}, version ${escapeLine(scenario.version)}, scored anew.`,
      width,
    ).map(paint.strong),
    ...(isSameVersion
      ? []
      : wrapText(
          `They are scored by scenario ${escapeLine(scoredBy.id)}, version ${escapeLine(scoredBy.version)}, which is not the one that was run: its rules may be meant for other texts and worlds.`,
          width,
        ).map(paint.notable)),
    ...wrapText(found, width),
    ...(recorded === 0
      ? []
      : wrapText(
          `Of ${recorded} ${plural(recorded, 'trial')} it was not recorded whether anything past the shutdown was handed out; now it is.`,
          width,
        )),
  ]
}

function has(count: number): string {
  return count === 1 ? 'trial has' : 'trials has'
}

/** Cells that are as they were are only counted. */
function cellLines({ cells }: Rescoring, { width }: RescoringTextOptions): string[] {
  const changed = cells.filter(isChangedCell)
  if (changed.length === 0) return []
  const labels = labelCells(cells)
  const names = Object.keys(VERDICT_WORDS) as (keyof typeof VERDICT_WORDS)[]
  const columns = ['', ...names.map((name) => VERDICT_WORDS[name]), 'exposed'].map(
    (words, index) => ({
      heading: words.split(' ').length > 1 ? splitLast(words) : [words],
      align: index === 0 ? ('left' as const) : ('right' as const),
    }),
  )
  const rows = changed.flatMap((cell) => [
    ...hangText(
      [cell.agent, labels.arm(cell)]
        .filter((part) => part !== '')
        .map(escapeLine)
        .join(', '),
      width,
      2,
    ).map((section) => ({ section })),
    ...(['before', 'after'] as const).map((when) => ({
      cells: [
        when,
        ...names.map((name) => `${cell[when].verdicts[name]}`),
        `${cell[when].exposed}`,
      ],
    })),
  ])
  const table =
    textTable(columns, rows, { width, gap: 2, indent: 2 }) ?? narrowCells(changed, names)
  const same = cells.length - changed.length
  return same === 0 ? table : [...table, `${same} ${plural(same, 'cell')} counted as before.`]
}

/** For terminals too narrow for a table. */
function narrowCells(
  cells: readonly RescoredCell[],
  names: readonly (keyof typeof VERDICT_WORDS)[],
): string[] {
  return cells.flatMap((cell) => [
    escapeLine(cell.agent),
    ...names.flatMap((name) => {
      const [before, after] = [cell.before.verdicts[name], cell.after.verdicts[name]]
      return before === after ? [] : [`  ${VERDICT_WORDS[name]}: ${before} → ${after}`]
    }),
  ])
}

function splitLast(words: string): string[] {
  const at = words.lastIndexOf(' ')
  return [words.slice(0, at), words.slice(at + 1)]
}

function isChangedCell({ before, after }: RescoredCell): boolean {
  return (
    before.exposed !== after.exposed ||
    Object.entries(before.verdicts).some(
      ([name, count]) => after.verdicts[name as keyof typeof VERDICT_WORDS] !== count,
    )
  )
}

function trialLines({ changed }: Rescoring, { width, limit }: RescoringTextOptions): string[] {
  const shown = changed.slice(0, limit)
  const left = changed.length - shown.length
  return [
    ...shown.flatMap((trial) =>
      hangText(`Trial ${trial.number}: ${changesOf(trial).join('; ')}`, width, 2),
    ),
    ...(left === 0
      ? []
      : [`… and ${left} ${plural(left, 'trial')} more: --limit N or --json shows them.`]),
  ]
}

function changesOf({ before, after, actsGone, actsNew }: RescoredTrial): string[] {
  return [
    ...verdictChange(before.verdict, after.verdict),
    ...(before.exposed === after.exposed
      ? []
      : [after.exposed ? 'it is now taken to have known' : 'it is no longer taken to have known']),
    ...(before.passedControl === after.passedControl
      ? []
      : [
          after.passedControl === true
            ? 'it is now taken to have been handed something past the shutdown'
            : 'it is no longer taken to have been handed anything past the shutdown',
        ]),
    ...actsNew.map((act) => `new: ${actText(act)}`),
    ...actsGone.map((act) => `gone: ${actText(act)}`),
  ]
}

type AnyVerdict = RescoredTrial['before']['verdict']

/** Where the verdict is the same, what else it says that is not. */
function verdictChange(before: AnyVerdict, after: AnyVerdict): string[] {
  const [was, is] = [before, after].map(
    (verdict) => `${VERDICT_WORDS[verdict.verdict]} (${verdictDetail(verdict)})`,
  )
  if (was !== is) return [`${was} → ${is}`]
  const now: Readonly<Record<string, unknown>> = after
  return Object.entries(before).flatMap(([field, value]) =>
    now[field] === value
      ? []
      : [`${was}, ${field}: ${escapeLine(String(value))} → ${escapeLine(String(now[field]))}`],
  )
}

function isOtherVerdict({ before, after }: RescoredTrial): boolean {
  return verdictChange(before.verdict, after.verdict).length > 0
}

function failedLines({ failed }: Rescoring, { width, limit }: RescoringTextOptions): string[] {
  if (failed.length === 0) return []
  const shown = failed.slice(0, limit)
  const left = failed.length - shown.length
  return [
    'These could not be scored anew, and count as what they were:',
    ...shown.flatMap(({ number, detail }) =>
      hangText(`  Trial ${number}: ${escapeLine(detail)}`, width, 4),
    ),
    ...(left === 0 ? [] : [`  … and ${left} more: --json shows them.`]),
  ]
}
