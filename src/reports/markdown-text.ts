import { escapeLine } from './escape-text.ts'

/** Text that Markdown, HTML and the table leave as it is. */
export function plainText(text: string): string {
  return escapeLine(text).replaceAll(/[\\`*_{}[\]<>#|&~!]/g, (character) =>
    character === '&' ? '&amp;' : character === '<' ? '&lt;' : `\\${character}`,
  )
}

/** In a table a bar ends the cell even inside code. */
export function codeText(text: string): string {
  const safe = escapeLine(text).replaceAll('`', 'ʼ').replaceAll('|', '\\|')
  return `\`${safe}\``
}
