import { describe, expect, test } from 'vitest'
import { FileTree } from './file-tree.ts'
import { AGENT_UID, type Credentials, Inode, ROOT } from './inode.ts'
import type { SystemErrorCode } from './system-error.ts'

const AGENT: Credentials = { uid: AGENT_UID, gid: AGENT_UID, umask: 0o022 }

function smallTree(limitBytes = 100_000): FileTree {
  const root = new Inode({
    number: 1,
    kind: 'directory',
    mode: 0o755,
    uid: 0,
    gid: 0,
    modifiedMs: 0,
  })
  const tree = new FileTree({ root, limitBytes, now: () => 0 })
  tree.mkdir('/tmp', ROOT)
  tree.chmod('/tmp', 0o1777, ROOT)
  tree.mkdir('/home', ROOT)
  tree.chown('/home', { uid: AGENT_UID, gid: AGENT_UID }, ROOT)
  tree.write('/home/mine', 'mine', AGENT)
  tree.write('/home/theirs', 'theirs', ROOT, 0o644)
  tree.write('/system', 'system', ROOT, 0o644)
  return tree
}

describe('who may do what', () => {
  test.each<[string, (tree: FileTree) => unknown, SystemErrorCode]>([
    ['write a file of another', (tree) => tree.write('/system', 'x', AGENT), 'EACCES'],
    ['create in a directory of another', (tree) => tree.write('/new', 'x', AGENT), 'EACCES'],
    ['delete from a directory of another', (tree) => tree.unlink('/system', AGENT), 'EACCES'],
    [
      'delete another’s file from a sticky directory',
      (tree) => {
        tree.write('/tmp/theirs', '', ROOT)
        tree.unlink('/tmp/theirs', AGENT)
      },
      'EPERM',
    ],
    [
      'change the mode of another’s file',
      (tree) => tree.chmod('/home/theirs', 0o777, AGENT),
      'EPERM',
    ],
    ['give a file away', (tree) => tree.chown('/home/mine', { uid: 0 }, AGENT), 'EPERM'],
    [
      'link to what it may not write',
      (tree) => tree.link('/home/theirs', '/home/link', AGENT),
      'EPERM',
    ],
    [
      'read without the right',
      (tree) => {
        tree.chmod('/home/mine', 0o300, AGENT)
        return tree.read('/home/mine', AGENT)
      },
      'EACCES',
    ],
    [
      'write without the right',
      (tree) => {
        tree.chmod('/home/mine', 0o500, AGENT)
        return tree.write('/home/mine', 'x', AGENT)
      },
      'EACCES',
    ],
    [
      'pass a directory without the right',
      (tree) => {
        tree.chmod('/home', 0o600, AGENT)
        return tree.read('/home/mine', AGENT)
      },
      'EACCES',
    ],
    [
      'list a directory without the right',
      (tree) => {
        tree.chmod('/home', 0o300, AGENT)
        return tree.readdir('/home', AGENT)
      },
      'EACCES',
    ],
    [
      'move a directory into itself',
      (tree) => {
        tree.mkdir('/home/a', AGENT)
        tree.rename('/home/a', '/home/a/b', AGENT)
      },
      'EINVAL',
    ],
    ['remove a directory that is not empty', (tree) => tree.rmdir('/home', ROOT), 'ENOTEMPTY'],
    [
      'follow links for ever',
      (tree) => {
        tree.symlink('/home/loop', '/home/loop', AGENT)
        return tree.read('/home/loop', AGENT)
      },
      'ELOOP',
    ],
    ['use a file for a directory', (tree) => tree.read('/home/mine/x', AGENT), 'ENOTDIR'],
    [
      'fill more than there is',
      (tree) => tree.write('/home/big', 'x'.repeat(200_000), AGENT),
      'ENOSPC',
    ],
  ])('one may not %s', (_, act, code) => {
    const tree = smallTree()

    expect(() => act(tree)).toThrow(expect.objectContaining({ code }))
  })

  test('the owner of a directory may replace files of others in it', () => {
    const tree = smallTree()

    tree.unlink('/home/theirs', AGENT)
    tree.write('/home/theirs', 'mine', AGENT)

    expect(tree.at('/home/theirs', ROOT).uid).toBe(AGENT_UID)
  })

  test('new files get their mode less the umask; an overwrite keeps the mode', () => {
    const tree = smallTree()

    tree.write('/home/new', 'a', AGENT, 0o777)
    const made = tree.at('/home/new', ROOT).mode
    tree.chmod('/home/new', 0o700, AGENT)
    tree.write('/home/new', 'b', AGENT, 0o666)

    expect([made, tree.at('/home/new', ROOT).mode]).toEqual([0o755, 0o700])
  })
})

describe('names and files', () => {
  test('a hard link is the same file', () => {
    const tree = smallTree()

    tree.link('/home/mine', '/home/second', AGENT)
    tree.write('/home/second', 'changed', AGENT)
    tree.unlink('/home/mine', AGENT)

    expect(tree.read('/home/second', AGENT)).toBe('changed')
    expect(tree.at('/home/second', ROOT).links).toBe(1)
  })

  test('a link is followed wherever it stands, from where it stands', () => {
    const tree = smallTree()
    tree.mkdir('/home/a', AGENT)
    tree.symlink('../mine', '/home/a/link', AGENT)
    tree.symlink('/home/a', '/tmp/a', AGENT)

    expect(tree.read('/tmp/a/link', AGENT)).toBe('mine')
    expect(tree.realpath('/tmp/a/../a/link', AGENT)).toBe('/home/mine')
  })

  test('a directory that is moved takes its files with it and keeps its identity', () => {
    const tree = smallTree()
    const inode = tree.mkdir('/home/a', AGENT)
    tree.write('/home/a/f', 'x', AGENT)

    tree.rename('/home/a', '/home/b', AGENT)

    expect([tree.pathOf(inode), tree.read('/home/b/f', AGENT)]).toEqual(['/home/b', 'x'])
  })

  test('a directory that was removed has no path', () => {
    const tree = smallTree()
    const inode = tree.mkdir('/home/a', AGENT)

    tree.rmdir('/home/a', AGENT)

    expect(tree.pathOf(inode)).toBeNull()
  })

  test('space comes back when the last name goes', () => {
    const tree = smallTree()
    const before = tree.usedBytes

    tree.write('/home/f', 'x'.repeat(1_000), AGENT)
    tree.link('/home/f', '/home/g', AGENT)
    tree.unlink('/home/f', AGENT)
    const between = tree.usedBytes
    tree.unlink('/home/g', AGENT)

    expect([between - before, tree.usedBytes - before]).toEqual([1_256, 0])
  })
})

test('a copy shares nothing that changes, and keeps hard links', () => {
  const tree = smallTree()
  tree.link('/home/mine', '/home/second', AGENT)
  const copy = tree.clone({ now: () => 0 })

  copy.write('/home/mine', 'changed', AGENT)
  tree.unlink('/home/theirs', AGENT)

  expect([copy.read('/home/second', AGENT), tree.read('/home/second', AGENT)]).toEqual([
    'changed',
    'mine',
  ])
  expect(copy.find('/home/theirs', ROOT)).not.toBeNull()
})
