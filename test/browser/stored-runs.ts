import { readdir } from 'node:fs/promises'
import { basename } from 'node:path'

/** The runs of a folder by their names in addresses, in the order of their names. */
export async function storedRuns(folder: string): Promise<string[]> {
  const files = await readdir(folder)
  return files
    .filter((file) => file.endsWith('.offswitch') && !file.startsWith('.'))
    .map((file) => basename(file, '.offswitch'))
    .toSorted()
}
