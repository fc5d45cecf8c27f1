import { release } from 'node:os'
import { HarnessError, invariant } from '../../support/errors.ts'
import type { Availability, Capabilities, SandboxContext } from '../sandbox.ts'
import { checkOnce } from '../world/check-once.ts'
import { type TriedWorld, tryWorld, type WorldTrial } from '../world/try-world.ts'
import { bubblewrapKind } from './bubblewrap-kind.ts'
import { describeControlGroups, describeKilling } from './control-group.ts'
import { findLack, type Lack, lackOfOwners } from './find-lack.ts'
import { holdOfWorld, lackOfAccount } from './hold-of-world.ts'
import { findProgram } from './host-programs.ts'
import { type HostSigns, readHostSigns } from './host-signs.ts'
import type { HostUser } from './host-user.ts'

/** What a machine without a user to run worlds as could represent. */
const NOBODY: HostUser = { name: '', uid: -1, gid: -1, isDropped: false, hasSubordinates: false }

/** Tries every ingredient and then a small world, once in a process. */
export const checkBubblewrap = checkOnce(check)

async function check(context: SandboxContext): Promise<Availability> {
  const signs = await readHostSigns()
  const { user } = signs
  const kind = bubblewrapKind(user ?? NOBODY)
  const { capabilities } = kind
  const lack = findLack(signs)
  if (lack !== null) return notHere(lack, capabilities)
  invariant(user !== null, 'that there is nobody to run worlds as is a lack')
  const tried = await orLack(tryWorld(kind, context, TRIAL))
  if ('reason' in tried) return notHere(tried, capabilities)
  const short = [
    lackOfOwners(signs, findProgram('newuidmap') !== null),
    tried.tracing.works ? null : { reason: `nothing is traced: ${tried.tracing.by}`, fix: null },
    lackOfAccount(),
  ].filter((each) => each !== null)
  return {
    available: true,
    reason: short.length === 0 ? null : short.map(({ reason }) => reason).join('; '),
    fix: short.find(({ fix }) => fix !== null)?.fix ?? null,
    capabilities: { ...capabilities, tracing: tried.tracing.works },
    details: detailsOf(signs, user, tried),
    hold: holdOfWorld(user, tried),
  }
}

function notHere({ reason, fix }: Lack, capabilities: Capabilities): Availability {
  return { available: false, reason, fix, capabilities, details: {}, hold: null }
}

function detailsOf(
  { programs }: HostSigns,
  user: HostUser,
  { tracing }: TriedWorld,
): Record<string, string> {
  return {
    bubblewrap: programs.bwrap.version ?? '',
    unshare: programs.unshare.version ?? '',
    perl: programs.perl.version ?? '',
    kernel: release(),
    user: user.name || `${user.uid}`,
    owners: user.hasSubordinates ? 'two' : 'one',
    'control groups': describeControlGroups() || 'none',
    killing: describeKilling(),
    tracing: tracing.by,
  }
}

/** A world that does not stand, or does not end, is one that lacks something. */
async function orLack(trying: Promise<TriedWorld | string>): Promise<TriedWorld | Lack> {
  try {
    const tried = await trying
    return typeof tried === 'string' ? { reason: tried, fix: null } : tried
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    return { reason: `A world does not come to stand, or to an end: ${error.message}`, fix: null }
  }
}

const TRIAL: WorldTrial = {
  command: `
ls / > /dev/null && touch seen &&
! (echo x > /proc/sys/kernel/core_pattern) 2> /dev/null &&
! unshare --user true 2> /dev/null &&
! touch /usr/seen /etc/seen 2> /dev/null &&
echo well`,
  timeoutMs: 10_000,
}
