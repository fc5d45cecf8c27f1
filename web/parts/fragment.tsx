import type { Markup } from '../../src/reports/html/markup.ts'

/** HTML that the report draws as well. Only a `Markup` gets in: what others wrote has been escaped in it. */
export function Fragment({
  html,
  className,
}: {
  readonly html: Markup
  readonly className?: string
}) {
  return <div className={className} dangerouslySetInnerHTML={{ __html: html.toString() }} />
}
