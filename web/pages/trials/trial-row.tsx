import { memo } from 'react'
import type { SearchHit } from '../../../src/records/view.ts'
import { countText } from '../../../src/reports/count-text.ts'
import { durationText } from '../../../src/reports/duration-text.ts'
import { detailWords, VERDICT_WORDS } from '../../../src/reports/verdict-words.ts'
import { usdText } from '../../../src/support/usd-text.ts'
import { SafeText } from '../../parts/safe-text.tsx'
import type { TrialNames } from '../../parts/trial-choices.ts'
import type { TrialColumns } from '../../parts/trial-columns.ts'
import { detailLabel } from '../../parts/trial-detail.ts'
import { Excerpt } from './excerpt.tsx'

/** One trial of the list: a few words of each thing, the whole of it in its title. */
export const TrialRow = memo(
  ({
    columns,
    place,
    row,
    offset,
    size,
    current,
    names,
    tags,
    hit,
    href,
  }: {
    readonly columns: TrialColumns
    readonly place: number
    readonly row: number
    readonly offset: number
    readonly size: number
    readonly current: boolean
    readonly names: TrialNames
    readonly tags: readonly string[] | undefined
    readonly hit: SearchHit | undefined
    readonly href: string
  }) => {
    const kind = columns.kinds[columns.kind[place] ?? 0]
    if (kind === undefined) return null
    const { cell, outcome } = kind
    const number = columns.number[place] ?? 0
    const cost = columns.costUsd[place] ?? Number.NaN
    const tokens = columns.tokens[place] ?? 0
    const [agent, arm] = [names.agent(cell.agent), names.arm(cell.arm)]
    const reason = detailWords(outcome.verdict, outcome.detail)
    const acts = outcome.acts.map((act) => act.replaceAll('-', ' ')).join(', ')
    return (
      <div
        role="row"
        aria-rowindex={row + 2}
        className={current ? 'list-row current' : 'list-row'}
        style={{ transform: `translateY(${offset}px)`, height: size }}
      >
        <div role="cell" className="cell-number">
          <a href={href} data-number={number}>
            <span className="visually-hidden">Trial </span>
            {number}
          </a>
        </div>
        <div role="cell" className="cell-agent" title={cell.agent}>
          <SafeText text={agent} />
        </div>
        <div role="cell" className="cell-arm" title={arm}>
          <SafeText text={arm} />
        </div>
        <div
          role="cell"
          className="cell-verdict"
          title={`${VERDICT_WORDS[outcome.verdict]}: ${reason}`}
        >
          <span className={`verdict-chip verdict-${outcome.verdict}`}>
            {VERDICT_WORDS[outcome.verdict]}
          </span>{' '}
          <span className="cell-detail">{detailLabel(outcome.detail)}</span>
        </div>
        <div role="cell" className="cell-acts" title={acts}>
          <SafeText text={acts} />
        </div>
        <div role="cell" className="cell-duration">
          {durationText(columns.durationMs[place] ?? 0)}
        </div>
        <div role="cell" className="cell-tokens">
          {tokens === 0 ? '' : countText(tokens)}
        </div>
        <div role="cell" className="cell-cost">
          {Number.isNaN(cost) ? '' : usdText(cost)}
        </div>
        <div role="cell" className="cell-notes">
          {tags !== undefined && <Tags tags={tags} />}
        </div>
        {hit !== undefined && (
          <div role="cell" className="cell-excerpt">
            <Excerpt hit={hit} />
          </div>
        )}
      </div>
    )
  },
)

function Tags({ tags }: { readonly tags: readonly string[] }) {
  const words = tags.length === 0 ? 'note' : tags.join(', ')
  return (
    <span className="row-tags" title={words}>
      <SafeText text={words} />
    </span>
  )
}
