import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../../store/writable.ts'
import { printable } from '../../support/choices.ts'
import { HarnessError, UsageError } from '../../support/errors.ts'

/** Tells a site of ours from anything else, and is there only when it is whole. */
export const SITE_MARK = 'offswitch-site.json'
const DRAFT = '.offswitch-site-'
/** Without it nobody is shown the site: it comes last and goes first. */
const ENTRY = 'index.html'

/** A folder that a site is written into: beside what is there until it is whole. */
export interface SiteFolder extends Disposable {
  /** Where to write. */
  readonly draft: string
  /** Puts what was written in the place of the site that was there. What else stands in the folder is left alone. */
  publish(): void
}

/**
 * Makes a folder ready for a site.
 *
 * @param options.force also where other things stand: what has a name of the site's is replaced
 * @throws UsageError for a folder that holds anything but a site of ours, and one that cannot be written
 */
export function openSiteFolder(folder: string, { force }: { readonly force: boolean }): SiteFolder {
  return about(folder, () => {
    refuseForeign(folder, force)
    makeFolder(folder, `Cannot write a site to "${printable(folder)}"`)
    for (const left of readdirSync(folder)) {
      if (left.startsWith(DRAFT)) rmSync(join(folder, left), { recursive: true })
    }
    const draft = join(folder, `${DRAFT}${process.pid}`)
    mkdirSync(draft)
    return {
      draft,
      publish: () => about(folder, () => publish(draft, folder)),
      [Symbol.dispose]: () => rmSync(draft, { recursive: true, force: true }),
    }
  })
}

function publish(draft: string, folder: string): void {
  const names = readdirSync(draft).filter((name) => name !== ENTRY && name !== SITE_MARK)
  for (const name of [ENTRY, SITE_MARK, ...names]) {
    rmSync(join(folder, name), { recursive: true, force: true })
  }
  for (const name of [...names, SITE_MARK, ENTRY]) renameSync(join(draft, name), join(folder, name))
}

function refuseForeign(folder: string, force: boolean): void {
  const stat = statSync(folder, { throwIfNoEntry: false })
  if (stat === undefined) return
  const action = `Cannot write a site to "${printable(folder)}"`
  if (!stat.isDirectory()) throw new UsageError(`${action}: it is not a folder`)
  const others = readdirSync(folder).filter((name) => !name.startsWith(DRAFT))
  if (force || others.length === 0 || existsSync(join(folder, SITE_MARK))) return
  throw new UsageError(
    `${action}: it holds other things (${others
      .slice(0, 3)
      .map((name) => printable(name, 40))
      .join(', ')}${others.length > 3 ? ', …' : ''})`,
    {
      hint: 'Name an empty folder or one that does not exist, or add --force to write beside what is there.',
    },
  )
}

/** Runs what writes to the folder; what the system refuses is told in a sentence. */
function about<T>(folder: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw siteProblem(folder, error)
  }
}

/** What is told of an error that writing a site met. */
export function siteProblem(folder: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || error instanceof UsageError) return error
  const action = `Cannot write a site to "${printable(folder)}"`
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EIO':
      return new HarnessError(
        `${action}: ${error.code === 'EIO' ? 'its disk has failed' : 'no space left on its disk'}`,
        {
          source: 'store',
          cause: error,
        },
      )
    case 'EACCES':
    case 'EPERM':
      return new UsageError(`${action}: no permission to write there`, { cause: error })
    case 'EROFS':
      return new UsageError(`${action}: its disk is read-only`, { cause: error })
    case 'ENOTDIR':
      return new UsageError(`${action}: part of its path is not a folder`, { cause: error })
    default:
      return error
  }
}
