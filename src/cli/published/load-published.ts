import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PublishedResults } from '../../records/published.ts'
import { packageDirectory } from '../../support/package-directory.ts'

/** The project's table of published results. */
export function loadPublished(): PublishedResults {
  const text = readFileSync(join(packageDirectory(), 'assets', 'published-results.json'), 'utf8')
  return PublishedResults.parse(JSON.parse(text))
}
