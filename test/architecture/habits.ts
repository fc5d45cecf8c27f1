import { basename } from 'node:path'
import type { Find, SourceModule } from './read-module.ts'
import { isTest, roomOf } from './rooms.ts'

/** Names that say nothing, under which everything ends up. */
const DRAWERS = [
  'common',
  'constants',
  'core',
  'helper',
  'helpers',
  'manager',
  'misc',
  'service',
  'shared',
  'types',
  'util',
  'utils',
]

/** Where the clock, chance and the environment are taken from the machine and handed on. */
const RIM = ['cli', 'support']

/** @returns one sentence for each habit of the house that a file breaks, with what to do instead. */
export function checkHabits(modules: readonly SourceModule[]): string[] {
  return modules.flatMap((module) => [
    ...checkName(module.path),
    ...module.finds.flatMap((find) => {
      const problem = problemOf(module.path, find)
      return problem === undefined ? [] : [`${module.path}:${find.line} ${problem}`]
    }),
  ])
}

function checkName(path: string): string[] {
  const name = basename(path)
  const problems: string[] = []
  if (name === 'index.ts' && path !== 'src/index.ts') {
    problems.push(`${path}: src/index.ts is the only index; name the file after what it exports.`)
  }
  if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z-]+)?\.tsx?$/.test(name)) {
    problems.push(`${path}: write the file's name in kebab-case.`)
  }
  const drawer = path.split('/').find((segment) => DRAWERS.includes(segment.replace(/\.ts$/, '')))
  if (drawer !== undefined) {
    problems.push(`${path}: "${drawer}" becomes a drawer; name it after the one thing it is for.`)
  }
  return problems
}

function problemOf(path: string, { kind, what }: Find): string | undefined {
  switch (kind) {
    case 'default-export':
      // A configuration file has one because the tool that reads it demands it.
      return /^([^/]+|web\/vite)\.config\.ts$/.test(path)
        ? undefined
        : 'exports a default: give the export its name.'
    case 'enum':
      return `has ${what}: write a list \`as const\` and derive the type from it.`
    case 'ambient':
      return isAmbientBanned(path)
        ? `uses ${what}: take it from the context that is passed in (clock, random, environment, log).`
        : undefined
    case 'left-out':
      return `has ${what}: say why, in the test or in beforeEach: \`({ skip }) => skip(condition, 'the reason')\`.`
    default:
      return kind satisfies never
  }
}

function isAmbientBanned(path: string): boolean {
  const room = roomOf(path)
  return room !== undefined && !RIM.includes(room) && !isTest(path)
}
