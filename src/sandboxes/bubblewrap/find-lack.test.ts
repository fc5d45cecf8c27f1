import { expect, test } from 'vitest'
import { findLack, lackOfOwners } from './find-lack.ts'
import type { HostSigns, ProgramSigns } from './host-signs.ts'
import type { HostUser } from './host-user.ts'

const ADA: HostUser = { name: 'ada', uid: 1000, gid: 1000, isDropped: false, hasSubordinates: true }
const ABSENT: ProgramSigns = { isInstalled: false, version: null, complaint: null }

/** A Debian on which worlds run, seen by an ordinary user. */
const DEBIAN: HostSigns = {
  platform: 'linux',
  isRoot: false,
  hasApt: true,
  isContainer: false,
  programs: {
    bwrap: installed('0.8.0'),
    unshare: installed('2.38.1'),
    perl: installed('5.36.0'),
    bash: installed('5.2.15'),
  },
  user: ADA,
  freeIds: '165536-231071',
  seesUser: true,
  tellsChildren: true,
  refusal: null,
  settings: {
    'kernel.unprivileged_userns_clone': '1',
    'kernel.apparmor_restrict_unprivileged_userns': null,
    'user.max_user_namespaces': '96364',
  },
}

test('nothing is lacking on a machine that has everything', () => {
  expect([findLack(DEBIAN), lackOfOwners(DEBIAN, true)]).toEqual([null, null])
})

test.each<[string, Partial<HostSigns>, string, string | null]>([
  ['macOS', { platform: 'darwin' }, 'Bubblewrap runs on Linux only', null],
  [
    'a machine without bubblewrap and perl',
    { programs: { ...DEBIAN.programs, bwrap: ABSENT, perl: ABSENT } },
    'Not installed: bwrap, perl',
    'sudo apt-get install -y bubblewrap perl-base',
  ],
  [
    'one that has no apt',
    { programs: { ...DEBIAN.programs, bwrap: ABSENT }, hasApt: false },
    'Not installed: bwrap',
    null,
  ],
  [
    'one whose root has no use for sudo',
    { programs: { ...DEBIAN.programs, bwrap: ABSENT }, isRoot: true, user: null },
    'Not installed: bwrap',
    'apt-get install -y bubblewrap',
  ],
  [
    'an unshare that is broken',
    { programs: { ...DEBIAN.programs, unshare: broken('no answer within 10 seconds') } },
    'The program unshare does not work: no answer within 10 seconds',
    'sudo apt-get install -y --reinstall util-linux',
  ],
  [
    'an old bubblewrap',
    { programs: { ...DEBIAN.programs, bwrap: installed('0.6.1') } },
    'bubblewrap 0.6.1 is too old: 0.8 is the first that will do',
    null,
  ],
  [
    'root without the user that it drops to',
    { isRoot: true, user: null },
    'Root must not run worlds as root, and the user "offswitch-sandbox", which it drops to, does not exist',
    'useradd --system --no-create-home --shell /usr/sbin/nologin offswitch-sandbox && usermod --add-subuids 165536-231071 --add-subgids 165536-231071 offswitch-sandbox',
  ],
  [
    'a kernel that tells no children',
    { tellsChildren: false },
    'This kernel does not say which children a process has (CONFIG_PROC_CHILDREN)',
    null,
  ],
  [
    'a Debian that forbids users their namespaces',
    {
      refusal: 'unshare: unshare failed: Operation not permitted',
      settings: { ...DEBIAN.settings, 'kernel.unprivileged_userns_clone': '0' },
    },
    'Users may not make namespaces here (kernel.unprivileged_userns_clone is 0)',
    'sudo sysctl -w kernel.unprivileged_userns_clone=1',
  ],
  [
    'an Ubuntu that does',
    {
      refusal: 'unshare: write failed /proc/self/uid_map: Operation not permitted',
      settings: { ...DEBIAN.settings, 'kernel.apparmor_restrict_unprivileged_userns': '1' },
    },
    'Users may not make namespaces here (kernel.apparmor_restrict_unprivileged_userns is 1)',
    'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
  ],
  [
    'a machine that allows none',
    {
      isRoot: true,
      refusal: 'unshare: unshare failed: No space left on device',
      settings: { ...DEBIAN.settings, 'user.max_user_namespaces': '0' },
    },
    'Users may not make namespaces here (user.max_user_namespaces is 0)',
    'sysctl -w user.max_user_namespaces=15000',
  ],
  [
    'a container with the usual profile',
    { isContainer: true, refusal: 'unshare: unshare failed: Operation not permitted' },
    'This container may not make namespaces (unshare: unshare failed: Operation not permitted)',
    'docker run --security-opt seccomp=unconfined --security-opt systempaths=unconfined …',
  ],
  [
    'one in which root has not all of its rights either',
    {
      isContainer: true,
      isRoot: true,
      seesUser: false,
      user: null,
      refusal: 'unshare: unshare failed: Operation not permitted',
    },
    'This container may not make namespaces (unshare: unshare failed: Operation not permitted)',
    'docker run --security-opt seccomp=unconfined --security-opt systempaths=unconfined --cap-add SYS_PTRACE …',
  ],
  [
    'a container that may make namespaces, and whose root may not look into them',
    { isContainer: true, isRoot: true, seesUser: false, user: { ...ADA, isDropped: true } },
    'Root may not look into processes of another user here (it lacks CAP_SYS_PTRACE)',
    'docker run --cap-add SYS_PTRACE …',
  ],
  [
    'a machine that forbids it in a way of its own',
    { refusal: 'unshare: unshare failed: Operation not permitted' },
    'Users may not make namespaces here (unshare: unshare failed: Operation not permitted)',
    null,
  ],
])('findLack() tells what is lacking on %s, and what mends it', (_, signs, reason, fix) => {
  expect(findLack({ ...DEBIAN, ...signs })).toEqual({ reason, fix })
})

test('a setting that forbids namespaces is no lack where they are granted all the same', () => {
  const settings = { ...DEBIAN.settings, 'kernel.apparmor_restrict_unprivileged_userns': '1' }

  expect(findLack({ ...DEBIAN, settings })).toBeNull()
})

const POOR = { ...ADA, hasSubordinates: false }
const REASON = 'the agent owns all files of its world, since no second owner can be had'

test.each<[string, HostUser, boolean, string | null]>([
  ['the program that maps them', POOR, false, 'sudo apt-get install -y uidmap'],
  [
    'ids to hand out',
    POOR,
    true,
    'sudo usermod --add-subuids 165536-231071 --add-subgids 165536-231071 ada',
  ],
  ['a name to give ids to', { ...POOR, name: '' }, true, null],
])('lackOfOwners() tells what mends a user without %s', (_, user, hasMapper, fix) => {
  expect(lackOfOwners({ ...DEBIAN, user }, hasMapper)).toEqual({ reason: REASON, fix })
})

function installed(version: string): ProgramSigns {
  return { isInstalled: true, version, complaint: null }
}

function broken(complaint: string): ProgramSigns {
  return { isInstalled: true, version: null, complaint }
}
