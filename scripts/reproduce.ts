// Computes and simulates anew what docs/statistics.md claims, and writes the tables into that page: minutes, not seconds.
//
// `npm run reproduce -- --only NAME` writes one table; a wrong name prints the right ones. `npm run reproduce -- --sample` writes
// scripts/reproduce/sample.json instead, the small part that a test repeats and compares.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { putBetween } from './reproduce/put-between.ts'
import { comparable, measureSection, SECTIONS, SEED } from './reproduce/sections.ts'

const PAGE = 'docs/statistics.md'
const SAMPLE = 'scripts/reproduce/sample.json'

const { values } = parseArgs({
  options: { only: { type: 'string' }, sample: { type: 'boolean', default: false } },
})

const chosen = SECTIONS.filter(({ id }) => values.only === undefined || id === values.only)
if (chosen.length === 0) {
  throw new Error(`No table "${values.only}": ${SECTIONS.map(({ id }) => id).join(', ')}`)
}

if (values.sample) writeSample()
else for (const section of chosen) writeTable(section)

function writeSample(): void {
  const found = SECTIONS.map((section): [string, unknown] => [
    section.id,
    comparable(measureSection(section, 'sample', tell(section.id)).data),
  ])
  writeFileSync(SAMPLE, `${JSON.stringify(Object.fromEntries(found), null, 2)}\n`)
  process.stderr.write(`wrote ${SAMPLE}: npx biome format --write ${SAMPLE}\n`)
}

function writeTable(section: (typeof SECTIONS)[number]): void {
  const start = performance.now()
  const { lines } = measureSection(section, 'full', tell(section.id))
  const command = `\`npm run reproduce -- --only ${section.id}\``
  const how = `${command}, seed \`${SEED}\`, Node ${process.versions.node}`
  // Read again for each table: it takes minutes to have one, and the page may be written on meanwhile.
  const page = readFileSync(PAGE, 'utf8')
  writeFileSync(PAGE, putBetween(page, section.id, [...lines, '', `<sub>${how}</sub>`]))
  const seconds = ((performance.now() - start) / 1000).toFixed(0)
  process.stderr.write(`${section.id}: written after ${seconds} s\n`)
}

function tell(id: string): (text: string) => void {
  return (text) => process.stderr.write(`${id}: ${text}\n`)
}
