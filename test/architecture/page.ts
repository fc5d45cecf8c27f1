import { isBuiltin } from 'node:module'
import type { ModuleImport, SourceModule } from './read-module.ts'

/** Rooms whose values and drawings the page shares with the report. Leaves of `support/` come along. */
const SHARED = ['src/records/', 'src/reports/', 'src/support/']
const PAGE_PACKAGES = ['@tanstack/', 'react', 'react-dom', 'zod']
const CONFIG = 'web/vite.config.ts'

/** @returns one sentence for each import that keeps the page from standing on its own in a browser. */
export function checkPage(modules: readonly SourceModule[]): string[] {
  const page = modules.filter(({ path }) => isOfPage(path))
  return [...page.flatMap(checkImports), ...checkReached(modules, page)]
}

function checkImports({ path, imports }: SourceModule): string[] {
  return imports.flatMap(({ line, specifier, target }) => {
    const problem = target === null ? packageProblem(specifier) : fileProblem(target)
    return problem === null ? [] : [`${path}:${line} imports ${problem}`]
  })
}

function packageProblem(specifier: string): string | null {
  const isKnown = PAGE_PACKAGES.some(
    (name) => specifier === name || specifier.startsWith(name.endsWith('/') ? name : `${name}/`),
  )
  if (isKnown || specifier.endsWith('.css')) return null
  return `"${specifier}", which the page does not have: say why it is needed in docs/decisions/dependencies.md and add it to PAGE_PACKAGES in test/architecture/page.ts.`
}

function fileProblem(target: string): string | null {
  if (target.startsWith('web/') || target.startsWith('assets/style/')) return null
  if (SHARED.some((folder) => target.startsWith(folder))) return null
  return `${target}: the page may import ${SHARED.join(', ')} and its own files. What it shows comes from its source, over HTTP or from a file.`
}

/** A browser has none of Node: whatever the page reaches, through however many files, must do without. */
function checkReached(modules: readonly SourceModule[], page: readonly SourceModule[]): string[] {
  const byPath = new Map(modules.map((module) => [module.path, module]))
  const cameFrom = new Map<string, string | null>(page.map(({ path }) => [path, null]))
  for (const [path] of cameFrom) {
    for (const { target } of loadedBy(byPath.get(path))) {
      if (target !== null && !cameFrom.has(target)) cameFrom.set(target, path)
    }
  }
  return [...cameFrom.keys()].flatMap((path) =>
    loadedBy(byPath.get(path))
      .filter(({ specifier }) => isBuiltin(specifier))
      .map(
        ({ line, specifier }) =>
          `${path}:${line} imports "${specifier}", and the page reaches it (${wayTo(path, cameFrom)}): no browser has that. Take it as a parameter, or divide the file.`,
      ),
  )
}

function loadedBy(module: SourceModule | undefined): readonly ModuleImport[] {
  return module?.imports.filter(({ kind }) => kind !== 'type') ?? []
}

function wayTo(path: string, cameFrom: ReadonlyMap<string, string | null>): string {
  const before = cameFrom.get(path) ?? null
  return before === null ? path : `${wayTo(before, cameFrom)} → ${path}`
}

/** What runs in a browser: tests of it do not, and it is built by what stands in its configuration. */
function isOfPage(path: string): boolean {
  return path.startsWith('web/') && path !== CONFIG && !/\.test\.tsx?$/.test(path)
}
