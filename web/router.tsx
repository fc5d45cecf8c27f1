import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
} from '@tanstack/react-router'
import { compareSearch } from './pages/compare/compare-search.ts'
import { ComparePage } from './pages/compare/page.tsx'
import { RunPage } from './pages/run/page.tsx'
import { runSearch } from './pages/run/run-search.ts'
import { RunsPage } from './pages/runs/page.tsx'
import { runsSearch } from './pages/runs/runs-search.ts'
import { StartPage } from './pages/start/page.tsx'
import { TrialPage } from './pages/trial/page.tsx'
import { trialSearch } from './pages/trial/trial-search.ts'
import { TrialsPage } from './pages/trials/page.tsx'
import { trialsSearch } from './pages/trials/trials-search.ts'
import { Layout } from './parts/layout.tsx'
import { CrashView, NoSuchPage } from './parts/problem-view.tsx'
import { parseSearch, stringifySearch } from './parts/search-text.ts'

const root = createRootRoute({ component: Layout, notFoundComponent: NoSuchPage })
const getParentRoute = () => root

const runs = createRoute({
  getParentRoute,
  path: '/',
  component: RunsPage,
  validateSearch: runsSearch,
})
const run = createRoute({
  getParentRoute,
  path: '/runs/$name',
  component: RunPage,
  validateSearch: runSearch,
})
const trials = createRoute({
  getParentRoute,
  path: '/runs/$name/trials',
  component: TrialsPage,
  validateSearch: trialsSearch,
})
const trial = createRoute({
  getParentRoute,
  path: '/runs/$name/trials/$number',
  component: TrialPage,
  validateSearch: trialSearch,
})
const compare = createRoute({
  getParentRoute,
  path: '/compare',
  component: ComparePage,
  validateSearch: compareSearch,
})
const start = createRoute({ getParentRoute, path: '/start', component: StartPage })

/** Addresses stand behind `#`: any web host can serve an exported site. */
export const router = createRouter({
  routeTree: root.addChildren([runs, run, trials, trial, compare, start]),
  history: createHashHistory(),
  parseSearch,
  stringifySearch,
  defaultErrorComponent: CrashView,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
