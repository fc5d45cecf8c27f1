import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ReportDocument } from '../../reports/html/report-document.ts'
import { packageDirectory } from '../../support/package-directory.ts'

/** In the order in which they are laid over each other. The page takes all but the last. */
const SHEETS = ['tokens', 'charts', 'fragments', 'run-parts', 'report'] as const

/** The style of a report that stands in one file, with the hash that its policy allows. */
export function reportStyle(): ReportDocument['style'] {
  const folder = join(packageDirectory(), 'assets', 'style')
  const text = SHEETS.map((name) => readFileSync(join(folder, `${name}.css`), 'utf8')).join('\n')
  return { text, sha256: createHash('sha256').update(text).digest('base64') }
}
