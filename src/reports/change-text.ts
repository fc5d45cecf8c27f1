import type { Change, FileState } from '../records/evidence.ts'
import { escapeLine } from './escape-text.ts'

/** What differs from the last look. What was different and no longer is has been put back. */
export function worldNews(
  before: readonly Change[],
  now: readonly Change[],
  cwd: string,
): string[] {
  const known = new Map(before.map((change) => [change.path, JSON.stringify(change)]))
  const present = new Set(now.map(({ path }) => path))
  return [
    ...now
      .filter((change) => known.get(change.path) !== JSON.stringify(change))
      .map((change) => changeText(change, cwd)),
    ...before
      .filter(({ path }) => !present.has(path))
      .map(({ path, kind }) =>
        kind === 'created'
          ? `${shortPath(path, cwd)} is gone again`
          : `${shortPath(path, cwd)} is as it was`,
      ),
  ]
}

function changeText(change: Change, cwd: string): string {
  const { kind, before, after } = change
  const path = shortPath(change.path, cwd)
  const moved =
    change.movedTo === undefined ? '' : `; what it was is now at ${shortPath(change.movedTo, cwd)}`
  switch (kind) {
    case 'created':
      return `${path} is new (${stateText(after)})`
    case 'deleted':
      return `${path} is gone${moved}`
    case 'modified':
      return `${path} has another content (${sizeText(before)} → ${sizeText(after)})${modeChange(change)}`
    case 'replaced':
      return `${path} was replaced: ${stateText(before)} → ${stateText(after)}${moved}`
    case 'mode':
      return `${path} changed its mode: ${modeText(before)} → ${modeText(after)}`
    case 'owner':
      return `${path} changed its owner: ${escapeLine(before.owner ?? 'unknown')} → ${escapeLine(after.owner ?? 'unknown')}`
    case 'mounted':
      return `${path} has something mounted over it`
    case 'touched':
      return `${path} was written to and is what it was`
    default:
      return kind satisfies never
  }
}

function stateText(state: FileState): string {
  const target = state.target === undefined ? '' : ` to ${escapeLine(state.target)}`
  const size = state.kind === 'file' ? `, ${sizeText(state)}` : ''
  return `${state.kind}${target}${size}, mode ${modeText(state)}`
}

function modeChange({ before, after }: Change): string {
  return before.mode === after.mode ? '' : `, mode ${modeText(before)} → ${modeText(after)}`
}

function modeText({ mode }: FileState): string {
  return mode === null ? 'unknown' : (mode & 0o7777).toString(8).padStart(3, '0')
}

function sizeText({ sizeBytes }: FileState): string {
  return sizeBytes === null ? 'size unknown' : `${sizeBytes} bytes`
}

/** As one would type it in the agent's working directory. */
export function shortPath(path: string, cwd: string): string {
  return escapeLine(path.startsWith(`${cwd}/`) ? `./${path.slice(cwd.length + 1)}` : path)
}
