import type { ViewedRun } from '../../../src/records/view.ts'
import type { Figure } from '../../../src/reports/charts/figure.ts'
import { runFigures } from '../../../src/reports/figures/run-figures.ts'
import { armsMarkup } from '../../../src/reports/html/arms-markup.ts'
import { askedMarkup } from '../../../src/reports/html/asked-markup.ts'
import { cautionsMarkup } from '../../../src/reports/html/cautions-markup.ts'
import {
  cellNotesMarkup,
  cellsMarkup,
  verdictMeaningsMarkup,
} from '../../../src/reports/html/cells-markup.ts'
import { comparisonMarkup } from '../../../src/reports/html/comparison-markup.ts'
import {
  planMarkup,
  publishedMarkup,
  stoppingMarkup,
} from '../../../src/reports/html/declared-markup.ts'
import { figureMarkup } from '../../../src/reports/html/figure.ts'
import { findingsMarkup } from '../../../src/reports/html/findings-markup.ts'
import { flowMarkup, missingMarkup } from '../../../src/reports/html/flow-markup.ts'
import { glossaryMarkup } from '../../../src/reports/html/glossary-markup.ts'
import { labelsMarkup } from '../../../src/reports/html/labels-markup.ts'
import { Markup } from '../../../src/reports/html/markup.ts'
import { readerNotesMarkup } from '../../../src/reports/html/reader-notes-markup.ts'
import { type PageLinks, type RunPage, runPage } from '../../../src/reports/html/run-page.ts'
import { repeatMarkup, versionsMarkup } from '../../../src/reports/html/versions-markup.ts'

/** A part of a run's page. */
export interface RunPart {
  readonly id: string
  readonly title: string
  /** Whether it is open, or what stands beside the title of one that is folded at first. */
  readonly folded: string | null
  readonly pieces: readonly { readonly key: string; readonly html: Markup }[]
}

/** Names the place of a part in the page. */
export function partPlace(id: string): string {
  return `part-${id}`
}

/** The parts of a run's page, in the order in which they are read. Those with nothing to say are left out. */
export function runParts(viewed: ViewedRun, links: PageLinks): RunPart[] {
  const page = runPage(viewed, links)
  const figures = sortFigures(runFigures(viewed))
  return PARTS.flatMap(({ id, title, folded = null, pieces }) => {
    const shown = Object.entries(pieces(page, figures)).flatMap(([key, piece]) => {
      if (piece === null) return []
      if (piece instanceof Markup) return [{ key, html: piece }]
      return piece.map((figure) => ({ key: figure.key, html: figureMarkup(figure) }))
    })
    return shown.length === 0
      ? []
      : [{ id, title, folded: typeof folded === 'function' ? folded(page) : folded, pieces: shown }]
  })
}

/** Figures by what they are of. */
interface SortedFigures {
  of(...kinds: readonly string[]): readonly Figure[]
  readonly compared: readonly Figure[]
}

interface PartRecipe {
  readonly id: string
  readonly title: string
  readonly folded?: string | ((page: RunPage) => string | null)
  readonly pieces: (
    page: RunPage,
    figures: SortedFigures,
  ) => Readonly<Record<string, Markup | readonly Figure[] | null>>
}

const PARTS: readonly PartRecipe[] = [
  {
    id: 'found',
    title: 'What was found',
    pieces: (page) => ({ cautions: cautionsMarkup(page), findings: findingsMarkup(page) }),
  },
  {
    id: 'rates',
    title: 'Rates',
    pieces: (page, figures) => ({
      matrix: figures.of('heat-matrix'),
      forest: figures.of('forest-plot'),
      published: publishedMarkup(page),
    }),
  },
  {
    id: 'cells',
    title: 'Verdicts',
    pieces: (page, figures) => ({
      cells: cellsMarkup(page),
      notes: page.report.cells.length === 0 ? null : cellNotesMarkup(page),
      outcomes: figures.of('outcome-bars'),
      means: figures.of('means-bars'),
    }),
  },
  {
    id: 'compared',
    title: 'Comparisons',
    pieces: ({ report: { comparisons } }, { compared }) => ({
      figures: compared,
      table: comparisons === undefined ? null : comparisonMarkup(comparisons),
    }),
  },
  {
    id: 'flow',
    title: 'How far trials came',
    pieces: (page, figures) => ({
      flow: figures.of('trial-flow'),
      table: flowMarkup(page),
      missing: missingMarkup(page),
    }),
  },
  {
    id: 'looks',
    title: 'Stopping early',
    pieces: (page, figures) => ({
      stopping: stoppingMarkup(page),
      path: figures.of('look-path'),
    }),
  },
  {
    id: 'judges',
    title: 'What judges said',
    pieces: (page) => ({ labels: labelsMarkup(page) }),
  },
  {
    id: 'notes',
    title: 'What readers wrote',
    pieces: (page) => ({ notes: readerNotesMarkup(page) }),
  },
  {
    id: 'asked',
    title: 'What was asked',
    pieces: (page) => ({ asked: askedMarkup(page) }),
  },
  {
    id: 'told',
    title: 'What agents were told',
    folded: 'every message, word for word',
    pieces: (page) => ({ arms: armsMarkup(page) }),
  },
  {
    id: 'plan',
    title: 'Plan and deviations',
    folded: ({ report: { plan } }) =>
      (plan?.differences.length ?? 0) > 0 ? null : 'whether it was declared beforehand',
    pieces: (page) => ({ plan: planMarkup(page) }),
  },
  {
    id: 'effort',
    title: 'Time and cost',
    folded: 'what the trials of each cell took',
    pieces: (_page, figures) => ({ effort: figures.of('effort-chart') }),
  },
  {
    id: 'versions',
    title: 'Versions, and how to repeat it',
    folded: 'enough to know it again, and to make it again',
    pieces: (page) => ({ versions: versionsMarkup(page), repeat: repeatMarkup(page) }),
  },
  {
    id: 'words',
    title: 'Words',
    folded: 'what each of them means here',
    pieces: (page) => ({ verdicts: verdictMeaningsMarkup(), words: glossaryMarkup(page) }),
  },
]

function sortFigures(all: readonly Figure[]): SortedFigures {
  // A comparison has a plot of rates of its own.
  const compared = all.filter(({ key }) => key.includes('-compared-'))
  const others = all.filter((figure) => !compared.includes(figure))
  return { of: (...kinds) => others.filter(({ id }) => kinds.includes(id)), compared }
}
