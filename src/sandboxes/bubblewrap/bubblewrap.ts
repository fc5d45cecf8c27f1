import { HarnessError } from '../../support/errors.ts'
import { defineSandbox } from '../sandbox.ts'
import { REAL_CAPABILITIES } from '../world/real-capabilities.ts'
import { WorldSandbox } from '../world/world-sandbox.ts'
import { bubblewrapKind } from './bubblewrap-kind.ts'
import { checkBubblewrap } from './check-bubblewrap.ts'
import { findHostUser, SANDBOX_USER } from './host-user.ts'

/** A real Linux without a daemon, an image or root: the host's programs, read-only, around files of the world's own in memory. */
export const bubblewrap = defineSandbox({
  id: 'bubblewrap',
  title: 'A real Linux world in namespaces of its own (bubblewrap)',
  simulated: false,
  declared: {
    ...REAL_CAPABILITIES,
    // A user who may not hand out subordinate ids has one owner to give.
    owners: 'depends',
    tracing: 'depends',
  },
  check: checkBubblewrap,
  open: async (spec, context) => {
    const user = findHostUser()
    if (user === null) {
      throw new HarnessError(
        `Cannot start sandbox "bubblewrap" as root: the user "${SANDBOX_USER}", which it drops to, does not exist`,
        { source: 'sandbox' },
      )
    }
    const kind = bubblewrapKind(user)
    return WorldSandbox.open({ kind, spec, files: kind.files(spec), context })
  },
})
