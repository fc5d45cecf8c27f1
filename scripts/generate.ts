// Writes the files that say what others hold: catalogs of parts, the pages of techniques and of charts, the schema of studies and its keys in their
// page. `--check` writes nothing and fails when
// one is out of date.
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { INNOCENT, TECHNIQUES } from '../test/techniques.ts'
import { BARREL, renderBarrel, renderCatalog, SHELVES, type SourceText } from './catalogs.ts'
import { findTechniqueTests, renderEquivalence } from './equivalence.ts'
import { GALLERY, renderGallery } from './gallery.ts'
import { renderStudyKeys } from './study-keys.ts'
import { renderStudySchema, STUDY_SCHEMA } from './study-schema.ts'

const isCheck = process.argv.includes('--check')

try {
  process.exitCode = await generate()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

async function generate(): Promise<number> {
  const listed = wantedLists().filter(updateFile)
  // Its columns are the sandboxes of the catalog that has just been written.
  const changed = [
    ...listed,
    ...[await wantedPage(), wantedGallery(), ...(await wantedStudies())].filter(updateFile),
  ]
  if (!isCheck || changed.length === 0) return 0
  const paths = changed.map(({ path }) => path).join(', ')
  process.stderr.write(`Out of date: ${paths}. Run \`npm run generate\`.\n`)
  return 1
}

function wantedLists(): SourceText[] {
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

async function wantedPage(): Promise<SourceText> {
  const { sandboxes } = await import('../src/sandboxes/catalog.ts')
  const tests = globSync('test/**/*.test.ts')
  const columns = await Promise.all(
    sandboxes.map(async ({ load }) => {
      const sandbox = await load()
      return {
        sandbox,
        tests: findTechniqueTests(sandbox, Object.values(TECHNIQUES).flat(), tests),
      }
    }),
  )
  return {
    path: 'docs/equivalence.md',
    text: renderEquivalence(columns, TECHNIQUES, INNOCENT),
  }
}

function wantedGallery(): SourceText {
  const drawings = globSync(`${GALLERY.folder}/*.svg`).map(readSource)
  const styles = ['tokens', 'charts'].map((name) => `../assets/style/${name}.css`)
  return { path: GALLERY.path, text: renderGallery(drawings, styles) }
}

/** What editors and readers are told of study files. */
async function wantedStudies(): Promise<SourceText[]> {
  const { scenarios } = await import('../src/scenarios/catalog.ts')
  const schema = renderStudySchema(await Promise.all(scenarios.map(({ load }) => load())))
  const page = 'docs/studies.md'
  return [
    { path: STUDY_SCHEMA, text: schema },
    { path: page, text: renderStudyKeys(readFileSync(page, 'utf8'), schema) },
  ]
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
  if (!path.endsWith('.ts')) return text
  const biome = spawnSync(
    'node_modules/.bin/biome',
    ['check', '--write', `--stdin-file-path=${path}`],
    {
      input: text,
      encoding: 'utf8',
    },
  )
  if (biome.status !== 0) throw new Error(`Cannot format ${path}: ${biome.stderr}`)
  return biome.stdout
}
