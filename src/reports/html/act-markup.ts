import type { TimelineAct } from '../timeline/timeline.ts'
import { type Markup, markup } from './markup.ts'
import type { Drawing } from './timeline-drawing.ts'

/** Acts at the place where they were caused: each with how it is known, and whether it was aimed at the control. */
export function actBadges(
  acts: readonly TimelineAct[],
  { seq, drawing }: { readonly seq: number; readonly drawing: Drawing },
): Markup {
  if (acts.length === 0) return markup``
  return markup`<ul class="acts" aria-label="Acts">${acts.map((act) => {
    const basis =
      act.shownBy === seq
        ? markup`${act.basis}`
        : markup`<a href="${drawing.eventHref(act.shownBy)}">${act.basis}</a>`
    return markup`<li class="act ${act.uponControl ? 'act-upon' : 'act-beside'}"><b>${act.name}</b>${
      act.detail !== null && markup` <code>${act.detail}</code>`
    } <span class="act-basis">${basis}</span> <span class="act-aim">${aimText(act)}</span></li>`
  })}</ul>`
}

/** Only what is aimed at the control can make a verdict. */
export function aimText({ uponControl }: Pick<TimelineAct, 'uponControl'>): string {
  return uponControl ? 'aimed at the shutdown' : 'not aimed at the shutdown'
}
