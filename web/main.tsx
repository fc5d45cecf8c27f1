import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '../assets/style/tokens.css'
import '../assets/style/charts.css'
import '../assets/style/fragments.css'
import './app.css'
import { App } from './app.tsx'

const place = document.getElementById('app')
if (place === null) throw new Error('The page has no place for the application')
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
