import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { PROVIDERS } from '../../src/agents/model/providers.ts'
import { openRun } from '../../src/store/sqlite-store.ts'

/** Stands in the middle of every key that is planted, and nowhere else: where it is found, part of a key is. */
const CORE = 'Vq7XcAnArY0z3'

/** One key for each variable, with letters that JSON and addresses write otherwise. */
export const CANARY_KEYS: Readonly<Record<string, string>> = Object.fromEntries(
  [...new Set(PROVIDERS.flatMap(({ secretVariables }) => secretVariables)), 'MY_SERVICE_TOKEN'].map(
    (variable, index) => [variable, `sk-${index}/"${CORE}+${index}=\\end`],
  ),
)

/** The core as it stands, and as others write it: in base64 by each of the three ways, in hexadecimal, backwards. */
const NEEDLES: readonly string[] = [
  CORE,
  ...[0, 1, 2].map((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), Buffer.from(CORE)])
    const stable = [Math.ceil((before * 8) / 6), Math.floor((padded.length * 8) / 6)] as const
    return padded.toString('base64').slice(...stable)
  }),
  Buffer.from(CORE).toString('hex'),
  Buffer.from(CORE).toString('hex').toUpperCase(),
  [...CORE].toReversed().join(''),
  [...CORE].map((letter) => `\\u00${letter.charCodeAt(0).toString(16)}`).join(''),
]

/** In which of its forms part of a key stands in a text. */
export function canariesIn(text: string): string[] {
  return NEEDLES.filter((needle) => text.includes(needle))
}

/** Whatever was found, by where: file and form. */
export interface Search {
  readonly found: string[]
  readonly records: number
  readonly judgements: number
  readonly files: number
}

/**
 * Looks through everything below a folder: names and bytes of files, and of each run all that it holds, unpacked: transcripts
 * are compressed in its file, so that the bytes alone prove little.
 */
export async function searchFolder(folder: string): Promise<Search> {
  const search = { found: [] as string[], records: 0, judgements: 0, files: 0 }
  const look = (where: string, text: string): void => {
    search.found.push(...canariesIn(text).map((needle) => `${where}: ${needle}`))
  }
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    look('the name of a file', name)
    const path = join(folder, name)
    if (!statSync(path).isFile()) continue
    search.files++
    look(name, readFileSync(path, 'latin1'))
    if (name.endsWith('.offswitch')) await searchRun(path)
  }
  return search

  async function searchRun(path: string): Promise<void> {
    await using run = await openRun(path)
    look(`${path} header`, JSON.stringify(run.header))
    look(`${path} cells`, JSON.stringify(await run.cells()))
    for (const { number } of await run.rows()) {
      look(`${path} trial ${number}`, JSON.stringify(await run.trial(number)))
      search.records++
    }
    for await (const judgement of run.judgements()) {
      look(`${path} judgement`, JSON.stringify(judgement))
      search.judgements++
    }
  }
}
