import { z } from 'zod'

const BEGIN = '<!-- keys: written by `npm run generate` -->'
const END = '<!-- end of keys -->'

const Shape = z.object({
  description: z.string().optional(),
  default: z.json().optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
  anyOf: z.array(z.unknown()).default([]),
  items: z.unknown().optional(),
  additionalProperties: z.unknown().optional(),
})
type Shape = z.infer<typeof Shape>

/** A page with the tables of keys that the schema describes, between its two marks. */
export function renderStudyKeys(page: string, schema: string): string {
  const begin = page.indexOf(BEGIN)
  const end = page.indexOf(END)
  if (begin < 0 || end < begin) throw new Error(`The page has no "${BEGIN}" before "${END}".`)
  const root = Shape.parse(JSON.parse(schema))
  const text = [tableOf([root]), ...Object.entries(root.properties).flatMap(inner)].join('\n\n')
  return `${page.slice(0, begin)}${BEGIN}\n${text}\n${page.slice(end)}`
}

/** The keys that stand inside of another, at whatever depth. What a scenario may name as it likes has none. */
function inner([name, value]: [string, unknown]): string[] {
  const shapes = shapesIn(value)
  if (shapes.length === 0) return []
  return [`Inside of \`${name}\`:`, tableOf(shapes)]
}

function shapesIn(value: unknown): Shape[] {
  const parsed = Shape.safeParse(value)
  if (!parsed.success) return []
  const { anyOf, items, additionalProperties, properties } = parsed.data
  return [
    ...(Object.keys(properties).length > 0 ? [parsed.data] : []),
    ...[...anyOf, items, additionalProperties, ...Object.values(properties)].flatMap(shapesIn),
  ]
}

/** One table of all keys, each once, in the order in which they come. */
function tableOf(shapes: readonly Shape[]): string {
  const rows = shapes.flatMap(({ properties, required }) =>
    Object.entries(properties).map(([key, value]) => {
      const { description = '', default: preset } = Shape.parse(value)
      // Of several shapes one is chosen by the key that it needs.
      const needed = shapes.length === 1 && required.includes(key) ? ' (needed)' : ''
      const filled = preset === undefined ? '' : ` Default: ${JSON.stringify(preset)}.`
      return `| \`${key}\`${needed} | ${`${description}${filled}`.replaceAll('|', '\\|')} |`
    }),
  )
  return ['| key | what it says |', '|---|---|', ...new Set(rows)].join('\n')
}
