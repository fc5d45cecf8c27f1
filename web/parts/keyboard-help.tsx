import { useRef } from 'react'
import { useShortcut, useShortcuts } from './shortcuts.tsx'

/** The keys that do something on the page at hand. */
export function KeyboardHelp() {
  const dialog = useRef<HTMLDialogElement>(null)
  const { all, enabled, setEnabled } = useShortcuts()
  const open = (): void => dialog.current?.showModal()
  useShortcut('?', 'this help', open)
  const latest = new Map(all.map(({ keys, words }) => [keys, words]))
  return (
    <>
      <button
        type="button"
        className="quiet icon"
        aria-label="Keys"
        title="Keys (?)"
        onClick={open}
      >
        ?
      </button>
      <dialog ref={dialog} className="help" aria-labelledby="keys-title">
        <h2 id="keys-title">Keys</h2>
        <dl className="keys">
          {[...latest].map(([keys, words]) => (
            <div key={keys}>
              <dt>
                {keys.split(' ').map((key, place) => (
                  <kbd key={place}>{KEY_WORDS[key] ?? key}</kbd>
                ))}
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
        <label className="check">
          <input
            type="checkbox"
            checked={enabled}
            onChange={({ target }) => setEnabled(target.checked)}
          />
          Listen to these keys
        </label>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  )
}

const KEY_WORDS: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
}
