import { useId } from 'react'
import styles from './page.module.css'

export function TextField({
  label,
  hint,
  value,
  fault,
  change,
}: {
  readonly label: string
  readonly hint: string
  readonly value: string
  readonly fault: string | undefined
  readonly change: (value: string) => void
}) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="text"
        inputMode="decimal"
        autoComplete="off"
        value={value}
        aria-invalid={fault !== undefined}
        aria-describedby={`${id}-hint`}
        onChange={({ target }) => change(target.value)}
      />
      <span id={`${id}-hint`} className={fault === undefined ? 'hint' : styles['fault']}>
        {fault ?? hint}
      </span>
    </div>
  )
}
