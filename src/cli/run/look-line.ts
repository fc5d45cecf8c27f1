import type { Look } from '../../records/analysis.ts'
import type { Study } from '../../records/study.ts'

/** How a run stands by its last look, in a line: `look 4: 3 of 12 cells decided, 9 go on`. */
export function lookLine({ stopping }: Pick<Study, 'stopping'>, look: Look): string {
  const { entries } = look
  const used = entries.filter(({ decided }) => decided === 'most').length
  const open = entries.length - endedIn(look)
  const what = stopping?.when.goal === 'difference' ? 'comparison' : 'cell'
  return [
    `look ${look.number}: ${entries.length - used - open} of ${entries.length} ${what}${entries.length === 1 ? '' : 's'} decided`,
    ...(used === 0 ? [] : [`${used} ended undecided`]),
    open === 0 ? 'nothing is left open' : open === 1 ? '1 goes on' : `${open} go on`,
  ].join(', ')
}

/** How many of its subjects take no more trials. */
export function endedIn({ entries }: Look): number {
  return entries.filter(({ decided }) => decided !== null).length
}
