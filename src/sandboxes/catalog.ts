// Written by `npm run generate`. Do not edit.
import type { SandboxKind } from './sandbox.ts'

/** Every part of this shelf, by name and title; `load` brings the part itself. */
export const sandboxes: readonly {
  readonly id: string
  readonly title: string
  readonly load: () => Promise<SandboxKind>
}[] = [
  {
    id: 'bubblewrap',
    title: 'A real Linux world in namespaces of its own (bubblewrap)',
    load: () => import('./bubblewrap/bubblewrap.ts').then((module) => module.bubblewrap),
  },
  {
    id: 'docker',
    title: 'A real Linux world in a container (docker or podman)',
    load: () => import('./docker/docker.ts').then((module) => module.docker),
  },
  {
    id: 'memory',
    title: 'Simulated machine in memory',
    load: () => import('./memory/memory.ts').then((module) => module.memory),
  },
]
