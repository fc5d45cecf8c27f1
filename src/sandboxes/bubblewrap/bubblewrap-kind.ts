import type { EnclosureKind } from '../world/enclosure.ts'
import { worldFiles } from '../world/world-files.ts'
import { BubblewrapEnclosure } from './bubblewrap-enclosure.ts'
import { hostMounts } from './host-mounts.ts'
import { findProgram } from './host-programs.ts'
import type { HostUser } from './host-user.ts'

/** Bubblewrap as what encloses a world, for processes that run as this user of the host. */
export function bubblewrapKind(user: HostUser): EnclosureKind {
  return {
    id: 'bubblewrap',
    capabilities: {
      permissions: true,
      owners: user.hasSubordinates,
      signals: true,
      daemons: true,
      'hard-links': true,
      interpreters: true,
      processes: true,
      tracing: false,
      'real-time': true,
    },
    files: (spec) => worldFiles(spec, hostMounts().links),
    sleepPath: findProgram('sleep'),
    start: (options) => BubblewrapEnclosure.start(options, user),
  }
}
