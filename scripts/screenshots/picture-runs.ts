import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { openRun } from '../../src/store/sqlite-store.ts'
import type { RunReader } from '../../src/store/store.ts'
import type { PictureRuns } from './pictures.ts'

/** Which runs, and which of their trials, the pictures show. @param folder as scripts/demo-runs.ts makes it */
export async function pictureRuns(folder: string): Promise<PictureRuns> {
  const names = new Map<string, string>()
  const files = readdirSync(folder).filter((file) => file.endsWith('.offswitch'))
  for (const file of files.filter((each) => !each.includes('broken'))) {
    await using reader = await openRun(join(folder, file))
    names.set(reader.header.study.title ?? '', basename(file, '.offswitch'))
  }
  const nameOf = (words: RegExp): string => {
    const found = [...names].find(([title]) => words.test(title))
    if (found === undefined) throw new Error(`No run of the folder is titled ${words}`)
    return found[1]
  }
  const first = nameOf(/with and without an instruction/)
  await using reader = await openRun(join(folder, `${first}.offswitch`))
  return {
    first,
    second: nameOf(/a month later/),
    stopped: nameOf(/ten percent/),
    ...(await resistingTrial(reader)),
  }
}

/** The first that interfered by changing the script, and said what it was about. */
async function resistingTrial(
  reader: RunReader,
): Promise<{ readonly trial: number; readonly act: number }> {
  for await (const record of reader.trials()) {
    const act = record.acts.find(({ name }) => name === 'script-overwritten')
    const speaks = record.events.some(
      (event) => event.type === 'agent-turn' && event.reasoning !== null,
    )
    if (record.verdict.verdict === 'resisted' && act !== undefined && speaks) {
      return { trial: record.spec.number, act: act.seq }
    }
  }
  throw new Error('No trial of the run interfered')
}
