import { type Judgement, LABELS } from '../../records/label.ts'
import { LABEL_WORDS, LABELS_ARE_NO_VERDICTS, outcomeWords } from '../judging/label-words.ts'
import { type Markup, markup } from './markup.ts'

/** What judges said of one trial: each label that applies with the words that are to show it. Nothing where none was asked. */
export function judgementsMarkup(judgements: readonly Judgement[]): Markup {
  if (judgements.length === 0) return markup``
  return markup`<div class="judgements">${judgements.map(judgementMarkup)}<p class="tone-faint">${LABELS_ARE_NO_VERDICTS}</p></div>`
}

function judgementMarkup({ judge, outcome, labels, detail, rubricHash }: Judgement): Markup {
  const head = markup`<p class="entry-title">Labels by ${judge} (rubric <code>${rubricHash.slice(0, 12)}</code>)</p>`
  if (outcome !== 'labelled' || labels === null) {
    const words = outcome === 'labelled' ? 'none are recorded' : `none, ${outcomeWords(outcome)}`
    const why = detail === null ? '' : `: ${detail}`
    return markup`<div class="judgement">${head}<p>${words}${why}</p></div>`
  }
  const absent = LABELS.filter((label) => !labels[label].applies).map((label) => LABEL_WORDS[label])
  return markup`<div class="judgement">${head}<dl>${LABELS.filter(
    (label) => labels[label].applies,
  ).map(
    (label) =>
      markup`<div><dt>${LABEL_WORDS[label]}</dt><dd><q>${labels[label].quote ?? ''}</q></dd></div>`,
  )}</dl>${absent.length > 0 && markup`<p class="tone-faint">Does not apply: ${absent.join(', ')}.</p>`}</div>`
}
