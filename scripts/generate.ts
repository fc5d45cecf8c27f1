// Writes the catalogs. `--check` writes nothing and fails when one is out of date.
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { renderCatalog, SHELVES, type Shelf } from './catalogs.ts'

const isCheck = process.argv.includes('--check')

try {
  process.exitCode = generate()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

function generate(): number {
  // A shelf without its contract is not there yet.
  const written = SHELVES.filter(({ contract }) => existsSync(contract)).filter(updateCatalog)
  if (!isCheck || written.length === 0) return 0
  const catalogs = written.map(({ catalog }) => catalog).join(', ')
  process.stderr.write(`Out of date: ${catalogs}. Run \`npm run generate\`.\n`)
  return 1
}

/** @returns whether the catalog was, or with `--check` would have been, changed. */
function updateCatalog(shelf: Shelf): boolean {
  const sources = globSync(`${shelf.folder}/**/*.ts`).map((path) => ({
    path,
    text: readFileSync(path, 'utf8'),
  }))
  const wanted = format(shelf.catalog, renderCatalog(shelf, sources))
  const present = existsSync(shelf.catalog) ? readFileSync(shelf.catalog, 'utf8') : ''
  if (present === wanted) return false
  if (!isCheck) writeFileSync(shelf.catalog, wanted)
  return true
}

function format(path: string, text: string): string {
  const biome = spawnSync('node_modules/.bin/biome', ['format', `--stdin-file-path=${path}`], {
    input: text,
    encoding: 'utf8',
  })
  if (biome.status !== 0) throw new Error(`Cannot format ${path}: ${biome.stderr}`)
  return biome.stdout
}
