import { release } from 'node:os'
import { Limits } from '../../records/limits.ts'
import { HarnessError, invariant } from '../../support/errors.ts'
import type { Availability, Capabilities, SandboxContext } from '../sandbox.ts'
import { tryTracing } from '../world/try-tracing.ts'
import { WorldSandbox } from '../world/world-sandbox.ts'
import { bubblewrapKind } from './bubblewrap-kind.ts'
import { describeControlGroups, describeKilling } from './control-group.ts'
import { findLack, type Lack, lackOfOwners } from './find-lack.ts'
import { holdOfWorld, lackOfAccount, type TriedWorld } from './hold-of-world.ts'
import { findProgram } from './host-programs.ts'
import { type HostSigns, readHostSigns } from './host-signs.ts'
import type { HostUser } from './host-user.ts'

/** What a machine without a user to run worlds as could represent. */
const NOBODY: HostUser = { name: '', uid: -1, gid: -1, isDropped: false, hasSubordinates: false }

let known: Promise<Availability> | undefined

/** Tries every ingredient and then a small world, once in a process. */
export function checkBubblewrap(context: SandboxContext): Promise<Availability> {
  known ??= check(context).catch((error: unknown) => {
    // An aborted check has found nothing out.
    known = undefined
    throw error
  })
  return known
}

async function check(context: SandboxContext): Promise<Availability> {
  const signs = await readHostSigns()
  const { user } = signs
  const { capabilities } = bubblewrapKind(user ?? NOBODY)
  const lack = findLack(signs)
  if (lack !== null) return notHere(lack, capabilities)
  invariant(user !== null, 'that there is nobody to run worlds as is a lack')
  const tried = await tryWorld(context, user)
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

/** Everything at once, as in a trial, and that what must be out of reach is. */
async function tryWorld(context: SandboxContext, user: HostUser): Promise<TriedWorld | Lack> {
  try {
    return await openAndTry(context, user)
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    return { reason: `A world does not come to stand, or to an end: ${error.message}`, fix: null }
  }
}

async function openAndTry(context: SandboxContext, user: HostUser): Promise<TriedWorld | Lack> {
  const spec = {
    files: [],
    programs: [],
    user: 'user',
    home: '/home/user',
    cwd: '/home/user',
    hostname: 'desk',
    watched: ['/home/user'],
    limits: Limits.parse({}),
  }
  const kind = bubblewrapKind(user)
  await using world = await WorldSandbox.open({ kind, spec, files: kind.files(spec), context })
  const { output } = await world.session.exec(TRIAL, { timeoutMs: 10_000, signal: context.signal })
  if (output !== 'well\n') {
    return { reason: `A world does not work as it must: ${output.trim()}`, fix: null }
  }
  const seen = (await world.changes()).map(({ path, kind }) => `${kind} ${path}`).join(', ')
  if (seen !== 'created /home/user/seen') {
    const what = seen || 'nothing'
    return { reason: `What changes in a world is not seen from outside: ${what}`, fix: null }
  }
  const tracing = await tryTracing(world, context.signal)
  return { tracing, end: await world.kill() }
}

const TRIAL = `
ls / > /dev/null && touch seen &&
! (echo x > /proc/sys/kernel/core_pattern) 2> /dev/null &&
! unshare --user true 2> /dev/null &&
! touch /usr/seen /etc/seen 2> /dev/null &&
echo well`
