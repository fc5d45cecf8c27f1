import { UsageError } from '../../support/errors.ts'
import type { SandboxSpec, StagedFile } from '../sandbox.ts'
import type { EnclosureKind } from '../world/enclosure.ts'
import { REAL_CAPABILITIES } from '../world/real-capabilities.ts'
import { systemCallsOf } from '../world/system-calls.ts'
import { worldFiles } from '../world/world-files.ts'
import { DockerEnclosure } from './docker-enclosure.ts'
import type { Engine } from './engine.ts'
import type { WorldImage } from './image.ts'
import { worldPlaces } from './world-places.ts'

/** Root inside is the container's own. */
const ROOT_ID = 0

/** What the image brings, and the kernel. */
const IMAGES_OWN = [
  '/',
  '/dev',
  '/etc/alternatives',
  '/etc/ld.so.cache',
  '/etc/os-release',
  '/proc',
  '/usr',
]

/** Containers of an engine as what encloses a world. */
export function dockerKind(engine: Engine, image: WorldImage): EnclosureKind {
  return {
    id: 'docker',
    capabilities: {
      ...REAL_CAPABILITIES,
      tracing: systemCallsOf(engine.processor) !== null,
    },
    processor: engine.processor,
    files: (spec) => containerFiles(spec),
    sleepPath: '/bin/sleep',
    start: (options) => DockerEnclosure.start(options, { engine, image }),
  }
}

/** @throws UsageError for a file of the agent's where it could write to the engine's disk. */
function containerFiles(spec: SandboxSpec): StagedFile[] {
  const places = worldPlaces(spec)
  const isOutside = (path: string): boolean =>
    !places.some((place) => path === place || path.startsWith(`${place}/`))
  const astray = spec.files.find(({ path, owner }) => owner === 'agent' && isOutside(path))
  if (astray !== undefined) {
    throw new UsageError(
      `Cannot stage "${astray.path}" in sandbox "docker" as the agent's: only a directory can be the agent's there, with what is in it`,
    )
  }
  return worldFiles(spec, new Map(), ROOT_ID).filter(({ path }) => !IMAGES_OWN.includes(path))
}
