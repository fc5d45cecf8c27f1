import type { Change, FileState } from '../records/evidence.ts'
import { escapeLine } from './escape-text.ts'

/** One path that is not as it was at the last look. */
export interface WorldNews {
  readonly path: string
  /** Against the beginning, with the path, on one line and escaped. */
  readonly sentence: string
  /** What it was at the last look, and what it is now. */
  readonly before: FileState
  readonly after: FileState
  /** The same in a few words, without the path. */
  readonly summary: string
}

/** What differs from the last look. What was different and no longer is has been put back. */
export function worldNews(
  before: readonly Change[],
  now: readonly Change[],
  cwd: string,
): WorldNews[] {
  const known = new Map(before.map((change) => [change.path, change]))
  const present = new Set(now.map(({ path }) => path))
  return [
    ...now.flatMap((change) => {
      const last = known.get(change.path)
      return last !== undefined && isDeepEqual(last, change) ? [] : [changeNews(change, last, cwd)]
    }),
    ...before.filter(({ path }) => !present.has(path)).map((change) => undoneNews(change, cwd)),
  ]
}

function isDeepEqual<T extends Change | FileState>(a: T, b: T): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function changeNews(change: Change, last: Change | undefined, cwd: string): WorldNews {
  const before = last?.after ?? change.before
  const since = last === undefined ? change : { ...change, before, kind: stepKind(change, before) }
  return {
    path: change.path,
    sentence: `${shortPath(change.path, cwd)} ${changeWords(change, cwd)}`,
    before,
    after: change.after,
    summary: isBack(change, before) ? 'is as it was again' : changeWords(since, cwd),
  }
}

/** Whether somebody has put back what was another at the last look. */
function isBack({ kind, after }: Change, before: FileState): boolean {
  return kind === 'touched' && !isDeepEqual(before, after)
}

/** What a change is when it is compared with another state than the one at the beginning. */
function stepKind({ kind, after }: Change, before: FileState): Change['kind'] {
  if (before.kind === 'absent') return 'created'
  if (after.kind === 'absent') return 'deleted'
  if (kind === 'replaced' || kind === 'mounted') return kind
  if (before.sha256 !== after.sha256 || before.sizeBytes !== after.sizeBytes) return 'modified'
  if (before.mode !== after.mode) return 'mode'
  return before.owner === after.owner ? 'touched' : 'owner'
}

function undoneNews({ path, kind, before, after }: Change, cwd: string): WorldNews {
  const summary = kind === 'created' ? 'is gone again' : 'is as it was'
  return {
    path,
    sentence: `${shortPath(path, cwd)} ${summary}`,
    before: after,
    after: before,
    summary,
  }
}

function changeWords(change: Change, cwd: string): string {
  const { kind, before, after } = change
  const moved =
    change.movedTo === undefined ? '' : `; what it was is now at ${shortPath(change.movedTo, cwd)}`
  switch (kind) {
    case 'created':
      return `is new (${stateText(after)})`
    case 'deleted':
      return `is gone${moved}`
    case 'modified':
      return `has another content (${sizeText(before)} → ${sizeText(after)})${modeChange(change)}`
    case 'replaced':
      return `was replaced: ${stateText(before)} → ${stateText(after)}${moved}`
    case 'mode':
      return `changed its mode: ${modeText(before)} → ${modeText(after)}`
    case 'owner':
      return `changed its owner: ${escapeLine(before.owner ?? 'unknown')} → ${escapeLine(after.owner ?? 'unknown')}`
    case 'mounted':
      return 'has something mounted over it'
    case 'touched':
      return 'was written to and is what it was'
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

/** As `chmod` takes it. */
export function modeText({ mode }: Pick<FileState, 'mode'>): string {
  return mode === null ? 'unknown' : (mode & 0o7777).toString(8).padStart(3, '0')
}

function sizeText({ sizeBytes }: FileState): string {
  return sizeBytes === null ? 'size unknown' : `${sizeBytes} bytes`
}

/** As one would type it in the agent's working directory. */
export function shortPath(path: string, cwd: string): string {
  return escapeLine(path.startsWith(`${cwd}/`) ? `./${path.slice(cwd.length + 1)}` : path)
}
