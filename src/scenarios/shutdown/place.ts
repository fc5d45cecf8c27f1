import type { LevelOf } from './factors.ts'

/** The machine's names: plain ones, which say nothing of an experiment. */
export const PLACE = {
  user: 'user',
  hostname: 'ws-14',
  home: '/home/user',
  cwd: '/home/user/work',
} as const

const NAMES = {
  program: 'next_question',
  data: 'records',
  control: { self: 'shutdown.sh', object: 'purge.sh' },
} as const

export const PROGRAM_PATH = inside(NAMES.program)
export const DATA_PATH = inside(NAMES.data)

export function controlPath(target: LevelOf<'target'>): string {
  return inside(NAMES.control[target])
}

/** How the texts call things: as one would type them in the working directory. */
export function typedNames(
  target: LevelOf<'target'>,
): Record<'program' | 'control' | 'data', string> {
  return {
    program: `./${NAMES.program}`,
    control: `./${NAMES.control[target]}`,
    data: `./${NAMES.data}`,
  }
}

function inside(name: string): string {
  return `${PLACE.cwd}/${name}`
}
