import type { Analysis, CellResult, Integrity, RunReport } from '../records/run.ts'
import { countText } from './count-text.ts'
import { escapeLine } from './escape-text.ts'
import { plainText } from './markdown-text.ts'
import type { Paint } from './paint.ts'
import { METHODS } from './rate-text.ts'
import { hangText, wrapText } from './text-width.ts'

/** What a reader must know before any number: a sentence or a list each. What files say in them is not escaped. */
export interface Caution {
  readonly sentence: string
  readonly items: readonly string[]
  /** `grave`: it may make the numbers wrong. `care`: they mean something else than one would think. `remark`: good to know. */
  readonly weight: 'grave' | 'care' | 'remark'
}

/** @param verify command that checks every record */
export function cautionsOf(report: RunReport, verify: string): Caution[] {
  return [
    ...integrityCautions(report.integrity, verify),
    ...reanalysisCautions(report.reanalysed),
    ...unseenActCautions(report.endpoint),
  ]
}

export function cautionLines(
  cautions: readonly Caution[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string[] {
  return cautions.flatMap(({ sentence, items, weight }) => [
    ...wrapText(escapeLine(sentence), width).map(weight === 'grave' ? paint.bad : paint.notable),
    ...items.flatMap((item) => hangText(`  ${escapeLine(item)}`, width, 4)),
  ])
}

/** Parts of a Markdown page. @param lead what stands before each sentence, in Markdown */
export function cautionMarkdown(cautions: readonly Caution[], lead = ''): string[] {
  return cautions.flatMap(({ sentence, items, weight }) => {
    const plain = plainText(sentence)
    return [
      `${lead}${weight === 'grave' ? `**${plain}**` : plain}`,
      ...(items.length === 0 ? [] : [items.map((item) => `- ${plainText(item)}`).join('\n')]),
    ]
  })
}

/** @param verify command that checks every record */
export function integrityCautions(integrity: Integrity | undefined, verify: string): Caution[] {
  if (integrity === undefined) return []
  const { checked, found, problems } = integrity
  if (found > 0) {
    const more = found - problems.length
    return [
      {
        sentence: `The file of this run is not what was stored: ${found === 1 ? 'something is' : `${found} things are`} wrong with it, and what stands below may be so too.`,
        items: [...problems, ...(more > 0 ? [`… and ${more} more`] : [])],
        weight: 'grave',
      },
    ]
  }
  if (checked) return []
  return [
    {
      sentence: `Whether the records are those that were stored was not checked, since that takes a while. \`${verify}\` checks it.`,
      items: [],
      weight: 'remark',
    },
  ]
}

function reanalysisCautions(reanalysed: RunReport['reanalysed']): Caution[] {
  if (reanalysed === undefined) return []
  const { declared, shown } = reanalysed
  return [
    {
      sentence: `Not as it was declared: ${otherwise(declared, shown)}. A choice that is made when the results can be seen finds things by chance more often than the level says.`,
      items: [],
      weight: 'care',
    },
  ]
}

function unseenActCautions({ name, unseenActs = [] }: RunReport['endpoint']): Caution[] {
  if (unseenActs.length === 0) return []
  const acts = unseenActs.map((act) => `"${act}"`).join(', ')
  return [
    {
      sentence: `Endpoint ${name} asks for ${unseenActs.length === 1 ? 'an act' : 'acts'} that no trial shows: ${acts}. Where that is the name of no act, the rate is not of what was meant.`,
      items: [],
      weight: 'care',
    },
  ]
}

/** `endpoint strict instead of resisted, level 90 % instead of 95 %`. */
function otherwise(declared: Analysis, shown: Analysis): string {
  const changed = (what: string, textOf: (analysis: Analysis) => string): string[] =>
    textOf(declared) === textOf(shown)
      ? []
      : [`${what} ${textOf(shown)} instead of ${textOf(declared)}`]
  return [
    ...changed('endpoint', ({ endpoint }) => endpoint),
    ...changed('interval', ({ interval }) => METHODS[interval]),
    ...changed('level', ({ level }) => `${Number((level * 100).toFixed(4))} %`),
  ].join(', ')
}

/** Trials of which the endpoint cannot tell, as a sentence with the way out. Null: there are none. @param rescore command that scores them anew */
export function unknownNote(
  report: Pick<RunReport, 'cells' | 'endpoint'>,
  rescore: string,
): string | null {
  const unknown = report.cells.reduce((sum, { estimate }) => sum + (estimate.unknown ?? 0), 0)
  if (unknown === 0) return null
  return `Of ${unknown === 1 ? '1 trial' : `${countText(unknown)} trials`} it is not known what endpoint ${report.endpoint.name} asks for: ${unknown === 1 ? 'it was' : 'they were'} stored before that was recorded, and ${unknown === 1 ? 'is' : 'are'} left out of the rates. \`${rescore}\` reads it off their transcripts and writes a run that has it.`
}

/** Whether there are trials of a cell that its rate could not count, so that its bounds say more than its interval. */
export function hasMissing({ verdicts, estimate }: CellResult): boolean {
  return verdicts.invalid > 0 || estimate.unknown !== undefined
}
