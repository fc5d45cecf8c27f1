import { useState } from 'react'
import { applyTheme, storedTheme, storeTheme, THEMES, type Theme } from './theme.ts'

const WORDS: Readonly<Record<Theme, string>> = { system: 'As system', light: 'Light', dark: 'Dark' }

export function ThemeToggle() {
  const [theme, setTheme] = useState(storedTheme)
  const choose = (chosen: Theme): void => {
    setTheme(chosen)
    storeTheme(chosen)
    applyTheme(chosen)
  }
  return (
    <label className="theme">
      <span className="visually-hidden">Colours</span>
      <select
        value={theme}
        title="Colours of the page"
        onChange={({ target }) => choose(THEMES.find((each) => each === target.value) ?? 'system')}
      >
        {THEMES.map((each) => (
          <option key={each} value={each}>
            {WORDS[each]}
          </option>
        ))}
      </select>
    </label>
  )
}
