import { basename } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take minutes, the longest first: begun last, one of them would keep one core busy while the others wait. */
const LONGEST = [
  'hostile-docker.test.ts',
  'techniques-docker.test.ts',
  'sandbox-killed.test.ts',
  'hostile-bubblewrap.test.ts',
  'docker.test.ts',
  'canary.test.ts',
]

/** Begins with what takes the longest; what is not known to comes after, in vitest's order. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = moduleId.includes('/test/system/') ? LONGEST.indexOf(basename(moduleId)) : -1
  return rank < 0 ? LONGEST.length : rank
}
