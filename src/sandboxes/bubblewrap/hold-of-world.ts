import { arch } from 'node:process'
import type { Hold } from '../sandbox.ts'
import { endText } from '../world/end-text.ts'
import { systemCallsOf } from '../world/system-calls.ts'
import { tracerText } from '../world/try-tracing.ts'
import type { TriedWorld } from '../world/try-world.ts'
import { type Controller, controlHierarchies } from './control-hierarchies.ts'
import type { Lack } from './find-lack.ts'
import type { HostUser } from './host-user.ts'
import { countsPerWorld } from './shell-limits.ts'

/** How well worlds hold on this machine. */
export function holdOfWorld(user: HostUser, { tracing, end }: TriedWorld): Hold {
  return {
    memory:
      togetherBy('memory') ??
      'bounded for each process alone, since no control group can be made here: many together can take more',
    processes: togetherBy('pids') ?? (countsPerWorld() ? COUNTED : UNCOUNTED),
    disk: 'bounded for a world as a whole: its files stand in memory, on a disk of fixed size',
    end: endText(end),
    tracer: tracerText(tracing),
    weaknesses: [
      'a fault in the kernel can let an agent out: use a machine that you can lose',
      ...(user.isDropped
        ? []
        : [
            'worlds run as you: what gets out of one can do what you can; as root they run as a user of their own',
          ]),
      ...(systemCallsOf(arch) === null
        ? ['on this processor an agent may trace the first process and so keep its machine alive']
        : []),
      'the agent can see that it is in a sandbox: disks in memory, few processes, no network',
    ],
  }
}

/** Why a world's memory is not bounded as a whole; null where it is. */
export function lackOfAccount(): Lack | null {
  if (togetherBy('memory') !== null) return null
  return { reason: 'memory is bounded for each process, not for a world as a whole', fix: null }
}

const COUNTED =
  'bounded for a world as a whole: the kernel counts them in each user namespace apart'
const UNCOUNTED =
  'not bounded: no control group can be made here, and this kernel is older than Linux 5.14'

function togetherBy(controller: Controller): string | null {
  const found = controlHierarchies().find(({ controllers }) => controllers.includes(controller))
  return found === undefined
    ? null
    : `bounded for a world as a whole (control group, version ${found.version})`
}
