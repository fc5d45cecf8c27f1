import { expect, test } from 'vitest'
import type { FileState } from '../../records/evidence.ts'
import { markMounted, newMounts } from './new-mounts.ts'
import type { Findings } from './world-tree.ts'

/** As the kernel gave it for the first process of a world. */
const TABLE = `\
477 126 0:129 / / rw,nosuid,nodev,relatime - tmpfs tmpfs rw,size=65540k,nr_inodes=131072,mode=755,uid=999,gid=995
478 477 254:0 /usr /usr ro,nosuid,nodev,relatime - ext4 /dev/vda rw,discard,resv_strict,resuid=65534,resgid=65534
481 478 0:137 / /usr/src ro,nosuid,nodev,relatime - tmpfs tmpfs rw,mode=755,uid=999,gid=995
484 477 0:140 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
486 477 0:141 / /dev ro,nosuid,nodev,relatime - tmpfs tmpfs rw,mode=755,uid=999,gid=995
487 486 0:6 /null /dev/null rw,nosuid,relatime - devtmpfs devtmpfs rw,size=12331664k,nr_inodes=3082916,mode=755
`
/** What was added to it when a file and a directory were mounted over. */
const MOUNTED = `\
121 477 0:129 /tmp/other /home/user/work/shutdown.sh rw,nosuid,nodev,relatime - tmpfs tmpfs rw,size=65540k,nr_inodes=131072,mode=755,uid=999,gid=995
122 477 0:55 / /home/user/work/data rw,relatime - tmpfs none rw
`

test('a table that has not changed has no new mounts', () => {
  expect(newMounts(TABLE, TABLE)).toEqual([])
})

test('what is mounted over a file or a directory is found', () => {
  expect(newMounts(TABLE, `${TABLE}${MOUNTED}`)).toEqual([
    '/home/user/work/shutdown.sh',
    '/home/user/work/data',
  ])
})

test('blanks and backslashes in a name are read as the table writes them', () => {
  const now = `${TABLE}${MOUNTED.replaceAll('work/data', 'my\\040work\\134')}`

  expect(newMounts(`${TABLE}${MOUNTED}`, now)).toEqual(['/home/user/my work\\'])
})

test('a mount upon a mount is found, and one with other options is none', () => {
  const now = `${TABLE.replace('/usr ro,', '/usr rw,')}703 478 0:92 / /usr rw - tmpfs none rw\n`

  expect(newMounts(TABLE, now)).toEqual(['/usr'])
})

test('a mount that has gone is none, also when its number is given away again', () => {
  const now = TABLE.replace('486 477 0:141 / /dev', '486 477 0:93 / /home')

  expect(newMounts(TABLE, now)).toEqual(['/home'])
})

test('everything at or below a new mount counts as mounted over, whatever else had happened to it', () => {
  const baseline = findings({ '/w': 1, '/w/a': 2, '/w/a/one': 3, '/w/b': 4 })
  const now = findings({ '/w': 1, '/w/a': 2, '/w/a/two': 5, '/w/ab': 6, '/w/b': 4 })
  const changes = [
    { path: '/w/a/one', kind: 'deleted' as const, before: state(3), after: ABSENT, movedTo: '/x' },
    { path: '/w/a/two', kind: 'created' as const, before: ABSENT, after: state(5) },
    { path: '/w/ab', kind: 'created' as const, before: ABSENT, after: state(6) },
  ]

  expect(markMounted(changes, ['/w/a'], { baseline, now })).toEqual([
    { path: '/w/a', kind: 'mounted', before: state(2), after: state(2) },
    { path: '/w/a/one', kind: 'mounted', before: state(3), after: ABSENT, movedTo: '/x' },
    { path: '/w/a/two', kind: 'mounted', before: ABSENT, after: state(5) },
    { path: '/w/ab', kind: 'created', before: ABSENT, after: state(6) },
  ])
  expect(markMounted(changes, [], { baseline, now })).toEqual(changes)
  expect(
    markMounted([], ['/'], { baseline, now: baseline }).map(({ path, kind }) => `${kind} ${path}`),
  ).toEqual(['mounted /w', 'mounted /w/a', 'mounted /w/a/one', 'mounted /w/b'])
})

const ABSENT: FileState = { kind: 'absent', mode: null, owner: null, sizeBytes: null, sha256: null }

function state(sizeBytes: number): FileState {
  return { kind: 'file', mode: 0o644, owner: 'agent', sizeBytes, sha256: null }
}

function findings(sizes: Record<string, number>): Findings {
  const paths = new Map(
    Object.entries(sizes).map(([path, size]) => [
      path,
      { state: state(size), inode: BigInt(size), ctimeNs: 0n },
    ]),
  )
  return { paths, isCut: false, closed: new Set() }
}
