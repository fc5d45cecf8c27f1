import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'

/** One file of the application, as it is sent. */
export interface SiteFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/**
 * The built application, by address. It is read whole before the first request: no address, however it is put, can then reach
 * another file. @throws Error where the folder cannot be read
 */
export function readSite(folder: string): ReadonlyMap<string, SiteFile> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
  return new Map(
    names
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name)
        const file = {
          bytes: new Uint8Array(readFileSync(path)),
          type: TYPES[extname(path)] ?? 'application/octet-stream',
        }
        return [`/${relative(folder, path).split(sep).join('/')}`, file] as const
      }),
  )
}
