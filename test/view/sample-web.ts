import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { shownFolder } from './shown-folder.ts'

/** What a built application looks like from outside: a page, and what it loads. */
export async function sampleWeb(): Promise<string> {
  const folder = await shownFolder()
  await mkdir(join(folder, 'assets'))
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html>\n<html lang="en">\n  <head>\n    <meta charset="utf-8" />\n    <title>Offswitch</title>\n    <script type="module" src="./assets/main.js"></script>\n  </head>\n  <body></body>\n</html>\n',
  )
  await writeFile(join(folder, 'assets', 'main.js'), 'export {}\n')
  return folder
}
