import { escapeText } from '../../src/reports/escape-text.ts'

/** Text that others wrote. What cannot be seen, or turns the direction of writing, is shown as an escape. */
export function SafeText({ text }: { readonly text: string }) {
  return <bdi>{escapeText(text)}</bdi>
}
