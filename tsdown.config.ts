import { existsSync, readFileSync } from 'node:fs'
import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: sourcesOf(['dist/cli/main.js', ...exportedFiles()]),
  platform: 'node',
  target: 'node24',
  // A file each, in the folders of the sources: files in assets/ are found from `import.meta.url` in both alike.
  unbundle: true,
  fixedExtension: false,
  // The page stands there too, built by vite.
  clean: ['dist/*', '!dist/web'],
  dts: true,
  report: false,
})

/** What package.json promises is what is built: its `exports` are the only list. */
function exportedFiles(): string[] {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'))
  return Object.values<string | { default: string }>(exports).flatMap((each) =>
    typeof each === 'string' ? [] : [each.default.replace('./', '')],
  )
}

function sourcesOf(built: readonly string[]): Record<string, string> {
  const entries = built.map((file): [string, string] => [
    file.replace(/^dist\//, '').replace(/\.js$/, ''),
    file.replace(/^dist\//, 'src/').replace(/\.js$/, '.ts'),
  ])
  return Object.fromEntries(entries.filter(([, source]) => existsSync(source)))
}
