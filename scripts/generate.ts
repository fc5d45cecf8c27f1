// Writes the files that list other files. `--check` writes nothing and fails when one is out of date.
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { BARREL, renderBarrel, renderCatalog, SHELVES, type SourceText } from './catalogs.ts'

const isCheck = process.argv.includes('--check')

try {
  process.exitCode = generate()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

function generate(): number {
  const changed = wantedFiles().filter(updateFile)
  if (!isCheck || changed.length === 0) return 0
  const paths = changed.map(({ path }) => path).join(', ')
  process.stderr.write(`Out of date: ${paths}. Run \`npm run generate\`.\n`)
  return 1
}

function wantedFiles(): SourceText[] {
  // A shelf without its contract, or a room without a file, is not there yet.
  const catalogs = SHELVES.filter(({ contract }) => existsSync(contract)).map((shelf) => ({
    path: shelf.catalog,
    text: renderCatalog(shelf, filesOf(shelf.folder).map(readSource)),
  }))
  const published = filesOf(BARREL.folder)
  const barrels =
    published.length === 0 ? [] : [{ path: BARREL.path, text: renderBarrel(published) }]
  return [...catalogs, ...barrels]
}

function filesOf(folder: string): string[] {
  return globSync(`${folder}/**/*.ts`)
}

function readSource(path: string): SourceText {
  return { path, text: readFileSync(path, 'utf8') }
}

/** @returns whether the file was, or with `--check` would have been, changed. */
function updateFile({ path, text }: SourceText): boolean {
  const wanted = format(path, text)
  const present = existsSync(path) ? readFileSync(path, 'utf8') : ''
  if (present === wanted) return false
  if (!isCheck) writeFileSync(path, wanted)
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
