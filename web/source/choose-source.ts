import { createLiveSource } from './live-source.ts'
import type { Source } from './source.ts'
import { createStaticSource } from './static-source.ts'

/** An exported site says in its page that there is no server. */
export function chooseSource(page: Document): Source {
  const meta = page.querySelector('meta[name="offswitch-source"]')
  const base = new URL('.', page.baseURI)
  return meta?.getAttribute('content') === 'static'
    ? createStaticSource(base)
    : createLiveSource(base)
}
