import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { type KeyPress, keySequence } from './key-sequence.ts'

export interface Shortcut {
  /** Keys one after another, by their names: `g r`, `/`, `?`, `ArrowLeft`. */
  readonly keys: string
  /** What it does, for the help: `to the runs`. */
  readonly words: string
}

interface Shortcuts {
  readonly all: readonly Shortcut[]
  readonly enabled: boolean
  setEnabled(enabled: boolean): void
  add(shortcut: Shortcut, run: () => void): () => void
}

const ShortcutsContext = createContext<Shortcuts | null>(null)
const KEY = 'offswitch-shortcuts'

/**
 * Keys without a modifier. They rest while something is typed or a dialog is open, and can be turned off: who speaks to a computer, or
 * hits keys by mistake, would start things unawares (WCAG 2.1.4).
 */
export function ShortcutsProvider({ children }: { readonly children: ReactNode }) {
  const [all, setAll] = useState<readonly (Shortcut & { readonly run: () => void })[]>([])
  const [enabled, setEnabled] = useState(isEnabled)
  const listening = useRef(all)
  useLayoutEffect(() => {
    listening.current = all
  }, [all])
  useEffect(() => {
    if (!enabled) return
    const press = keySequence()
    const listen = (event: KeyboardEvent): void => {
      if (isTaken(event)) return
      const found = press(pressOf(event), listening.current)
      if (found === null) return
      event.preventDefault()
      found.run()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [enabled])
  const shortcuts = useMemo<Shortcuts>(
    () => ({
      all,
      enabled,
      setEnabled: (value) => {
        setEnabled(value)
        storeEnabled(value)
      },
      add: (shortcut, run) => {
        const added = { ...shortcut, run }
        setAll((before) => [...before, added])
        return () => setAll((before) => before.filter((each) => each !== added))
      },
    }),
    [all, enabled],
  )
  return <ShortcutsContext value={shortcuts}>{children}</ShortcutsContext>
}

export function useShortcuts(): Shortcuts {
  const shortcuts = useContext(ShortcutsContext)
  if (shortcuts === null) throw new Error('useShortcuts() stands outside of a ShortcutsProvider')
  return shortcuts
}

/** Listens to keys as long as the component is shown. Of two for the same keys the later one is taken. */
export function useShortcut(keys: string, words: string, run: () => void): void {
  const { add } = useShortcuts()
  const latest = useRef(run)
  useLayoutEffect(() => {
    latest.current = run
  }, [run])
  // `add` is another function after each change of the list, and does the same.
  const adding = useRef(add)
  useEffect(() => adding.current({ keys, words }, () => latest.current()), [keys, words])
}

function pressOf({ key, timeStamp }: KeyboardEvent): KeyPress {
  return { key, atMs: timeStamp }
}

function isTaken(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return true
  if (document.querySelector('dialog[open]') !== null) return true
  const { target } = event
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('input:not([type="checkbox"], [type="radio"]), textarea, select'))
  )
}

function isEnabled(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off'
  } catch {
    return true
  }
}

function storeEnabled(enabled: boolean): void {
  try {
    localStorage.setItem(KEY, enabled ? 'on' : 'off')
  } catch {
    // It holds as long as the page is open.
  }
}
