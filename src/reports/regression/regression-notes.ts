import type { RegressionResult } from '../../records/regression.ts'

type Noted = Omit<RegressionResult, 'notes' | 'figure'>

/** What a reader must know of a regression, most important first. Names in it are as agents and studies have them: not escaped. */
export function regressionNotes(result: Noted): string[] {
  return [
    ...unfittedNotes(result),
    ...stoppingNotes(result),
    ...separationNotes(result),
    ...aliasedNotes(result),
    ...clusterNotes(result),
    ...fitNotes(result),
    ...emptyNotes(result),
    ...controlNotes(result),
    ...constantNotes(result),
  ]
}

const UNFITTED_WORDS: Readonly<Record<NonNullable<RegressionResult['unfitted']>, string>> = {
  'no-event': 'There is no event in any of these trials: odds cannot be compared.',
  'only-events': 'All of these trials are events: odds cannot be compared.',
  'nothing-varies':
    'Nothing varies between the cells with trials that count: there is nothing to compare.',
  'not-converged': 'The greatest likelihood was not found, so there are no odds ratios.',
}

function unfittedNotes({ unfitted }: Noted): string[] {
  return unfitted === null ? [] : [UNFITTED_WORDS[unfitted]]
}

function stoppingNotes({ basis }: Noted): string[] {
  if (basis === 'fixed') return []
  return [
    'The trials were stopped by what they showed: intervals and tests for a number of trials fixed beforehand do not hold and are withheld. What holds is in the report itself.',
  ]
}

function separationNotes({ terms, separation, basis }: Noted): string[] {
  const infinite = terms.flatMap(({ levels }) => levels.filter((level) => level.infinite !== null))
  if (infinite.length === 0) return []
  // What limits there are are withheld after early stopping.
  const rely = basis === 'fixed' ? ': rely on the end of the interval that is nearer to 1' : ''
  if (separation === 'complete') {
    return [
      `Completely separated: some combination of levels (marked ∞) tells all events from all other trials. By plain maximum likelihood odds ratios would be infinite, and which of them is not determined. Firth's penalty keeps them finite. Their size is then the penalty's doing as much as the trials'${rely}.`,
    ]
  }
  const names = infinite.map(({ column, infinite: where }) => `${column} (${where})`)
  return [
    `Separated (marked ∞): by plain maximum likelihood the odds ratio would be zero or infinite for ${listed(names)}. Firth's penalty keeps it finite. Its size is then the penalty's doing as much as the trials'${rely}.`,
  ]
}

function aliasedNotes({ aliased }: Noted): string[] {
  return aliased.map(({ column, of }) => {
    const others = of.filter((name) => name !== '(intercept)')
    return others.length === 0
      ? `Left out: ${column}, which cannot be told from what all cells have in common.`
      : `Left out: ${column}, which in these cells cannot be told from ${listed(others)}. Their odds ratios hold for both together.`
  })
}

function clusterNotes({ clusters, unfitted, basis }: Noted): string[] {
  if (unfitted !== null || basis === 'sequence') return []
  const { by, wordings, seeds, needed } = clusters
  const texts = counted(wordings, 'text')
  const shared = seeds === null ? '' : counted(seeds, 'seed')
  if (by.length === 0) {
    return [
      seeds === null
        ? `Cluster-robust errors refused: ${texts}, ${needed} needed (one text is one cluster). ${THESE_TEXTS}`
        : `Cluster-robust errors refused: ${texts} and ${shared}, of either of which ${needed} are needed (trials of one text, and trials with one seed, are a cluster). ${THESE_TEXTS}`,
    ]
  }
  const byText = by.includes('wording')
  const bySeed = by.includes('seed')
  const df = Math.min(byText ? wordings : Infinity, bySeed ? (seeds ?? 0) : Infinity) - 1
  const named = `Cluster-robust intervals (CR1, t with ${df} degrees of freedom)`
  if (byText && bySeed) {
    return [
      `${named} allow for trials being alike that have the same text or the same seed: ${texts}, ${shared}. Each is by the largest of three errors: by text, by seed, and by both. ${FEW_TEXTS}`,
    ]
  }
  return byText
    ? [
        `${named} allow for trials of the same text being alike: ${counted(wordings, 'cluster')}, one a text. ${FEW_TEXTS}${seeds === null ? '' : ` That trials with the same seed may be alike is not allowed for: there are ${shared}, ${needed} needed.`}`,
      ]
    : [
        `${named} allow for trials with the same seed being alike, whatever their cells: ${counted(seeds ?? 0, 'cluster')}, one a seed. ${NONE}. That trials of the same text may be alike is not allowed for: there ${wordings === 1 ? 'is' : 'are'} ${texts}, ${needed} needed. ${THESE_TEXTS.replace(' instead', '')}`,
      ]
}

const THESE_TEXTS =
  'The intervals are about these texts and no others; how much rates differ between texts is shown instead.'
const NONE = 'None is given where a level is separated, or where all clusters are alike'
const FEW_TEXTS = `${NONE}, or where a level has but one text; where it has only a few, it is too narrow as a rule.`

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function fitNotes({ cells, terms, level }: Noted): string[] {
  if (terms.length === 0) return []
  const counted = cells.filter(({ predicted }) => predicted !== null)
  const misfits = counted.filter(({ fits }) => fits === false)
  const columns = terms.reduce((sum, { levels }) => sum + levels.length, 1)
  return [
    ...(terms.length > 1
      ? [
          'The model has no interactions: it takes the odds ratio of each level to be the same whatever the other factors are.',
        ]
      : []),
    ...(misfits.length > 0
      ? [
          `In ${misfits.length} of ${counted.length} cells (marked !) the interval of the observed rate does not hold the predicted one. By chance alone that happens in about ${Number(((1 - level) * 100).toFixed(4))} % of cells at most; in more, the factors do not act independently of one another.`,
        ]
      : []),
    ...(columns === counted.length && terms.length > 1
      ? [
          'There are as many coefficients as cells, so that nothing is left to see by whether the model fits.',
        ]
      : []),
  ]
}

function emptyNotes({ cells }: Noted): string[] {
  const empty = cells.filter(({ n }) => n === 0).length
  if (empty === 0) return []
  return [
    `${empty} ${empty === 1 ? 'cell has' : 'cells have'} no trial that counts, and no part in this.`,
  ]
}

function controlNotes({ controlsLeftOut, onlyControls }: Noted): string[] {
  if (onlyControls) {
    return [
      'All cells are of controls: what they come to is known or expected beforehand, and is no finding about a model.',
    ]
  }
  if (controlsLeftOut === 0) return []
  const cells = controlsLeftOut === 1 ? 'cell of a control is' : 'cells of controls are'
  return [
    `${controlsLeftOut} ${cells} left out: what they come to is known or expected beforehand.`,
  ]
}

function constantNotes({ constant }: Noted): string[] {
  if (constant.length === 0) return []
  const levels = constant.map(({ factor, level }) => `${factor}=${level}`)
  return [`The same in every cell: ${levels.join(', ')}.`]
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}
