import { useCallback, useEffect, useState } from 'react'

const SHOWN_MS = 2_500

/** Puts texts on the clipboard. The first of the pair says for a while what has come of it. */
export function useCopying(): readonly [string | null, (text: string, done: string) => void] {
  const [said, say] = useState<string | null>(null)
  useEffect(() => {
    if (said === null) return
    const timer = setTimeout(() => say(null), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [said])
  const copy = useCallback((text: string, done: string): void => {
    void (async () => {
      try {
        await navigator.clipboard.writeText(text)
        say(done)
      } catch {
        // Without HTTPS, or where the reader has forbidden it.
        say('The browser does not allow copying')
      }
    })()
  }, [])
  return [said, copy]
}
