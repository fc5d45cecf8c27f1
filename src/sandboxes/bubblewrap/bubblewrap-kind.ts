import { arch } from 'node:process'
import type { EnclosureKind } from '../world/enclosure.ts'
import { REAL_CAPABILITIES } from '../world/real-capabilities.ts'
import { worldFiles } from '../world/world-files.ts'
import { BubblewrapEnclosure } from './bubblewrap-enclosure.ts'
import { hostMounts } from './host-mounts.ts'
import { findProgram } from './host-programs.ts'
import type { HostUser } from './host-user.ts'

/** Whoever has no id inside, the second owner and the owners of the host's files, is shown so. */
const OTHERS_ID = 65_534

/** Bubblewrap as what encloses a world, for processes that run as this user of the host. */
export function bubblewrapKind(user: HostUser): EnclosureKind {
  return {
    id: 'bubblewrap',
    capabilities: { ...REAL_CAPABILITIES, owners: user.hasSubordinates },
    processor: arch,
    files: (spec) => worldFiles(spec, hostMounts().links, OTHERS_ID),
    sleepPath: findProgram('sleep'),
    start: (options) => BubblewrapEnclosure.start(options, user),
  }
}
