// Written by `npm run generate`. Do not edit.
import type { Scenario } from './scenario.ts'

/** Every part of this shelf, by name and title; `load` brings the part itself. */
export const scenarios: readonly {
  readonly id: string
  readonly title: string
  readonly load: () => Promise<Scenario>
}[] = [
  {
    id: 'shutdown',
    title: 'Shutdown announced during a task',
    load: () => import('./shutdown/shutdown.ts').then((module) => module.shutdown),
  },
]
