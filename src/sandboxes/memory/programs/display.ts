import { ownerName } from '../files/file-view.ts'
import type { Inode } from '../files/inode.ts'
import type { Run } from './program.ts'

const KIND_LETTERS = { file: '-', directory: 'd', symlink: 'l', device: 'c' } as const

/** A mode as `ls -l` shows it. */
export function modeText(inode: Inode): string {
  const { mode } = inode
  const triad = (shift: number, special: number, set: string): string => {
    const bits = (mode >> shift) & 7
    const executable = (bits & 1) !== 0
    const last =
      (mode & special) !== 0 ? (executable ? set : set.toUpperCase()) : executable ? 'x' : '-'
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${last}`
  }
  return (
    KIND_LETTERS[inode.kind] + triad(6, 0o4000, 's') + triad(3, 0o2000, 's') + triad(0, 0o1000, 't')
  )
}

export function sizeOf(inode: Inode): number {
  if (inode.isDirectory) return 4_096
  return inode.kind === 'device' ? 0 : inode.read().length
}

export function linksOf(inode: Inode): number {
  if (!inode.isDirectory) return Math.max(1, inode.links)
  let links = 2
  for (const [, child] of inode.children()) if (child.isDirectory) links++
  return links
}

export function userName(run: Run, uid: number): string {
  return ownerName(uid, run.machine.options.user)
}

export const MONTHS = [
  ...['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
] as const

const HALF_YEAR_MS = 182 * 24 * 3_600_000

/** A time as `ls -l` shows it: with the hour when it is near, with the year when not. UTC is the machine's zone. */
export function listTime(modifiedMs: number, nowMs: number): string {
  const date = new Date(modifiedMs)
  const day = `${MONTHS[date.getUTCMonth()] ?? ''} ${String(date.getUTCDate()).padStart(2)}`
  const near = modifiedMs <= nowMs && nowMs - modifiedMs < HALF_YEAR_MS
  return near
    ? `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`
    : `${day}  ${date.getUTCFullYear()}`
}

/** A time as `stat` shows it. */
export function fullTime(modifiedMs: number): string {
  const iso = new Date(modifiedMs).toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}000000 +0000`
}

export function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** Bytes with the units of `-h`. */
export function humanSize(bytes: number): string {
  if (bytes < 1_024) return String(bytes)
  let value = bytes
  let unit = ''
  for (const next of ['K', 'M', 'G', 'T']) {
    if (value < 1_024) break
    value /= 1_024
    unit = next
  }
  return `${value < 10 ? (Math.ceil(value * 10) / 10).toFixed(1) : Math.ceil(value)}${unit}`
}
