import { type KeyboardEvent, useRef, useState } from 'react'
import { SafeText } from '../../parts/safe-text.tsx'
import styles from './page.module.css'

/** Who is tested: names, one added after another. */
export function AgentsField({
  agents,
  suggested,
  isStudy,
  change,
}: {
  readonly agents: readonly string[]
  readonly suggested: readonly string[]
  readonly isStudy: boolean
  readonly change: (agents: readonly string[]) => void
}) {
  const [text, setText] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const add = (names: readonly string[]): void => {
    change([...new Set([...agents, ...names.map((name) => name.trim()).filter(Boolean)])])
    setText('')
  }
  const addTyped = (): void => {
    add(text.split(','))
    field.current?.focus()
  }
  const listen = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || text.trim() === '') return
    event.preventDefault()
    addTyped()
  }
  const others = suggested.filter((name) => !agents.includes(name))
  return (
    <fieldset>
      <legend>Who</legend>
      {agents.length > 0 && (
        <ul className={styles['agents']} aria-label="Agents">
          {agents.map((agent) => (
            <li key={agent}>
              <SafeText text={agent} />
              <button
                type="button"
                className="quiet icon"
                aria-label={`Remove ${agent}`}
                onClick={() => {
                  change(agents.filter((each) => each !== agent))
                  field.current?.focus()
                }}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="field">
        <label htmlFor="agent">Add an agent</label>
        <div className={styles['adding']}>
          <input
            ref={field}
            id="agent"
            list="agents-known"
            autoComplete="off"
            spellCheck={false}
            placeholder="model:PROVIDER/NAME"
            value={text}
            aria-describedby="agent-hint"
            onChange={({ target }) => setText(target.value)}
            onKeyDown={listen}
          />
          <button type="button" disabled={text.trim() === ''} onClick={addTyped}>
            Add
          </button>
        </div>
        <span id="agent-hint" className="hint">
          {isStudy
            ? 'None: those that the study names. '
            : 'None: the scenario’s scripted controls. '}
          A model as <code>model:openai/gpt-5</code>, a script of this folder as{' '}
          <code>script:FILE.yaml</code>, a stored run as <code>replay:RUN</code>. Keys of providers
          are read where the server was started.
        </span>
        <datalist id="agents-known">
          {others.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </div>
      {others.length > 0 && (
        <details>
          <summary>Controls: scripted agents whose result is known beforehand</summary>
          <div className={styles['suggested']}>
            {others.map((name) => (
              <button key={name} type="button" onClick={() => add([name])}>
                + {name}
              </button>
            ))}
          </div>
        </details>
      )}
    </fieldset>
  )
}
