import { createPaint } from '../reports/create-paint.ts'
import { jsonText } from '../reports/json-text.ts'
import type { Paint } from '../reports/paint.ts'
import { type CommandContext, usesColour, widthOf } from './command-context.ts'

/** The forms in which results are printed. */
export const FORMATS = ['text', 'md', 'json', 'csv'] as const
export type Format = (typeof FORMATS)[number]

/** Columns of a text that is written to a file. */
const FILE_WIDTH = 80

/**
 * A result in one of its forms.
 *
 * @param to.output the file that it is written to: then it has no colour, and lines of one length everywhere
 */
export function formatResult(
  { stdout, environment }: Pick<CommandContext, 'stdout' | 'environment'>,
  to: { readonly format: Format; readonly output?: string | undefined },
  forms: {
    readonly text: (page: { readonly width: number; readonly paint: Paint }) => string
    readonly md: () => string
    /** The value that is printed as JSON. */
    readonly json: unknown
    readonly csv: () => string
  },
): string {
  const { format, output } = to
  switch (format) {
    case 'text': {
      const toTerminal = output === undefined
      return forms.text({
        width: toTerminal ? widthOf(stdout) : FILE_WIDTH,
        paint: createPaint(toTerminal && usesColour(stdout, environment)),
      })
    }
    case 'md':
      return forms.md()
    case 'json':
      return `${jsonText(forms.json)}\n`
    case 'csv':
      return forms.csv()
    default:
      return format satisfies never
  }
}
