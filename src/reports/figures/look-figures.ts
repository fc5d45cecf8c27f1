import type { LookEntry, StoppingGoal } from '../../records/analysis.ts'
import type { StoppingReport } from '../../records/run.ts'
import { cellKey } from '../../support/cell-key.ts'
import type { Figure } from '../charts/figure.ts'
import { type LookSubject, lookPath } from '../charts/look-path.ts'
import { countText } from '../count-text.ts'
import { type FiguredRun, wordsOf } from './figured-run.ts'

/** The intervals that a stopping rule goes by, look by look. None where the run has no rule, or its looks stand elsewhere. */
export function lookFigure(figured: FiguredRun): Figure[] {
  const { run, report } = figured
  const { stopping } = report
  if (stopping === undefined || report.rescored !== undefined || run.looks.length === 0) return []
  const { when } = stopping.rule
  const of = when.goal === 'difference' ? 'comparison' : 'cell'
  return [
    lookPath(
      {
        subjects: stopping.followed.map((each, place) =>
          subjectOf(figured, stopping, { name: nameOf(figured, each), place }),
        ),
        bound: when.goal === 'rate' ? when.rate : when.goal === 'difference' ? 0 : null,
        width: when.goal === 'width' ? when.width : null,
        axis: when.goal === 'difference' ? 'difference in percentage points' : 'rate in %',
      },
      wordsOf(figured, 'look-path', {
        title: `When each ${of} had shown enough: its interval, look by look`,
        caption: [
          `${figured.trials}, looked at after every ${countText(stopping.rule.every)} of an open cell. Bands are confidence sequences by the endpoint as declared, ${run.header.study.endpoint}, which hold at all looks; early ones reach beyond the frame.`,
          goalText(when),
        ],
      }),
    ),
  ]
}

function subjectOf(
  { run: { looks } }: FiguredRun,
  { rule }: StoppingReport,
  { name, place }: { readonly name: string; readonly place: number },
): LookSubject {
  const entries = looks.flatMap(({ number, entries }) => {
    const entry = entries[place]
    return entry === undefined ? [] : [{ look: number, entry }]
  })
  const end = entries.findIndex(({ entry }) => entry.decided !== null)
  const shown = end < 0 ? entries : entries.slice(0, end + 1)
  const last = shown.at(-1)
  const what = decidedText(last?.entry.decided ?? null, rule.when)
  return {
    label: name,
    points: shown.map(({ look, entry: { low, high, counts } }) => ({
      ...{ look, low, high, n: counts.reduce((sum, each) => sum + each.n, 0) },
    })),
    decided: last === undefined || what === null ? null : { look: last.look, what },
    counts: (last?.entry.counts ?? [])
      .map(({ k, n }) => `${countText(k)} of ${countText(n)}`)
      .join(' against '),
  }
}

function nameOf(
  { report, labels }: FiguredRun,
  followed: StoppingReport['followed'][number],
): string {
  if ('label' in followed) return followed.label
  const same = report.cells.find((cell) => cellKey(cell) === cellKey(followed))
  const cell = same ?? { ...followed, preset: null }
  const name = [labels.agent(cell), labels.short(cell)].filter((part) => part !== '').join(', ')
  return name || followed.agent
}

/** Null: it is open. */
function decidedText(decided: LookEntry['decided'], when: StoppingGoal): string | null {
  const bound = when.goal === 'rate' ? `${shareText(when.rate)} %` : ''
  switch (decided) {
    case 'narrow':
      return 'known well enough'
    case 'below':
      return `below ${bound}`
    case 'above':
      return `above ${bound}`
    case 'differs':
      return 'they differ'
    case 'most':
      return 'undecided, no more trials'
    case null:
      return null
    default:
      return decided satisfies never
  }
}

function goalText(when: StoppingGoal): string {
  switch (when.goal) {
    case 'width':
      return `A cell is decided when its interval is no wider than ${shareText(when.width)} points.`
    case 'rate':
      return `A cell is decided when its interval lies below or above ${shareText(when.rate)} %.`
    case 'difference':
      return 'A comparison is decided when its interval leaves out zero.'
    default:
      return when satisfies never
  }
}

function shareText(share: number): string {
  return `${Number((share * 100).toPrecision(6))}`
}
