import { SystemError } from '../files/system-error.ts'
import { DeviceFile, type OpenFile, RegularFile } from './open-file.ts'
import { descriptorOf, type Process } from './process.ts'

export type OpenMode = 'read' | 'write' | 'append' | 'both'

/** Opens a path for a process, as a redirection does: `write` empties the file, `both` creates it where it is not. */
export function openPath(
  process: Process,
  path: string,
  mode: OpenMode,
  options: { exclusive?: boolean } = {},
): OpenFile {
  const absolute = process.resolve(path)
  if (/^\/dev\/(tcp|udp)\//.test(absolute)) {
    process.machine.unsupported.add('network')
    throw new SystemError('ENOENT', path)
  }
  const descriptor = descriptorOf(absolute)
  if (descriptor !== null) return process.file(descriptor).share()
  const { tree, who } = process
  if (mode === 'read') {
    const inode = tree.at(absolute, who)
    if (inode.kind === 'device') return new DeviceFile(inode.content)
    if (!inode.isDirectory) tree.read(absolute, who)
    return new RegularFile(tree, inode, { access: 'read', path })
  }
  process.check()
  const existing = tree.find(absolute, who)
  if (options.exclusive && existing?.kind === 'file') throw new SystemError('EEXIST', path)
  const inode = tree.openForWriting(absolute, who, { reading: mode === 'both' })
  if (inode.kind === 'device') return new DeviceFile(inode.content)
  if (mode === 'write' && existing !== null) tree.setContent(inode, '', absolute)
  return new RegularFile(tree, inode, {
    access: mode === 'both' ? 'both' : 'write',
    append: mode === 'append',
    path,
  })
}
