import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../../support/errors.ts'
import { packageDirectory } from '../../support/package-directory.ts'

const FOLDER = join(packageDirectory(), 'dist', 'web')

/** Whether the page is there to be shown: always in the package, and in a checkout once it has been built. */
export function isPageBuilt(folder: string = FOLDER): boolean {
  return existsSync(join(folder, 'index.html'))
}

/** Where the built page stands. @throws UsageError where it has not been built */
export function webFolder(folder: string = FOLDER): string {
  if (isPageBuilt(folder)) return folder
  throw new UsageError('Cannot show the page: it is not built in this checkout', {
    hint: 'Build it with `node scripts/setup.mjs`; `npm start` and `npm test` do so, too.',
  })
}
