import './parse-without-eval.ts'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '../assets/style/tokens.css'
import '../assets/style/charts.css'
import '../assets/style/fragments.css'
import '../assets/style/run-parts.css'
import './style/base.css'
import './style/layout.css'
import './style/controls.css'
import { App } from './app.tsx'
import { applyTheme, storedTheme } from './parts/theme.ts'
import { chooseSource } from './source/choose-source.ts'

applyTheme(storedTheme())
const place = document.getElementById('app')
if (place === null) throw new Error('The page has no place for the application')
createRoot(place).render(
  <StrictMode>
    <App source={chooseSource(document)} />
  </StrictMode>,
)
