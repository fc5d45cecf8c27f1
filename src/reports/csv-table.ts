import { escapeLine } from './escape-text.ts'

/** What may stand in a field. */
export type Value = string | number | boolean | null

/** Rows with the same keys, their names first (RFC 4180). */
export function csvTable(rows: readonly Readonly<Record<string, Value>>[]): string {
  return [
    csvLine(Object.keys(rows[0] ?? {})),
    ...rows.map((row) => csvLine(Object.values(row))),
  ].join('')
}

/** One line. What a spreadsheet would take for a formula is kept from being one. */
export function csvLine(values: readonly Value[]): string {
  return `${values.map(csvField).join(',')}\r\n`
}

function csvField(value: Value): string {
  if (value === null) return ''
  if (typeof value !== 'string') return `${value}`
  const text = disarm(escapeLine(value))
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * A spreadsheet takes text that begins so, some also where the sign is of full width, for a formula and runs it (OWASP, CSV
 * injection): a quote before it keeps it text. Tabs and line ends stand as escapes by now.
 */
function disarm(text: string): string {
  return /^[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text
}
