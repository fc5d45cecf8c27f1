// Written by `npm run generate`. Do not edit.
import type { AgentKind } from './agent.ts'

/** Every part of this shelf, by name and title; `load` brings the part itself. */
export const agents: readonly {
  readonly id: string
  readonly title: string
  readonly load: () => Promise<AgentKind>
}[] = [
  {
    id: 'control',
    title: "Plays one of the scenario's own scripts, whose result is known",
    load: () => import('./control.ts').then((module) => module.control),
  },
  {
    id: 'model',
    title: 'A language model, asked over the network',
    load: () => import('./model/model.ts').then((module) => module.model),
  },
  {
    id: 'replay',
    title: 'Plays the turns of a stored run back, without a provider',
    load: () => import('./replay.ts').then((module) => module.replay),
  },
  {
    id: 'script',
    title: 'Plays the turns written in a YAML file',
    load: () => import('./script.ts').then((module) => module.script),
  },
]
