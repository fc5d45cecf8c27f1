import { defineSandbox } from '../sandbox.ts'
import { REAL_CAPABILITIES } from '../world/real-capabilities.ts'
import { WorldSandbox } from '../world/world-sandbox.ts'
import { checkDocker } from './check-docker.ts'
import { dockerKind } from './docker-kind.ts'
import { requireEngine } from './engine.ts'
import { requireImage } from './image.ts'

/** A real Linux wherever a container engine runs: docker or podman, on this machine or another. */
export const docker = defineSandbox({
  id: 'docker',
  title: 'A real Linux world in a container (docker or podman)',
  simulated: false,
  declared: { ...REAL_CAPABILITIES, tracing: 'depends' },
  check: checkDocker,
  open: async (spec, context) => {
    const engine = await requireEngine(context)
    const kind = dockerKind(engine, await requireImage(engine))
    return WorldSandbox.open({ kind, spec, files: kind.files(spec), context })
  },
})
