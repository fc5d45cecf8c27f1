import { Fragment } from '../../parts/fragment.tsx'
import styles from './page.module.css'
import { partPlace, type RunPart } from './run-parts.ts'

export function RunPartView({
  part: { id, title, folded, pieces },
  enhance,
}: {
  readonly part: RunPart
  readonly enhance: (content: DocumentFragment) => void
}) {
  const content = pieces.map(({ key, html }) => (
    <Fragment key={key} html={html} className={styles['piece'] ?? ''} enhance={enhance} />
  ))
  if (folded === null) {
    return (
      <section id={partPlace(id)} className={styles['part']}>
        <h2>{title}</h2>
        {content}
      </section>
    )
  }
  return (
    <details id={partPlace(id)} className={`${styles['part']} ${styles['folded']}`}>
      <summary>
        <h2>{title}</h2> <span className="muted">{folded}</span>
      </summary>
      {content}
    </details>
  )
}
