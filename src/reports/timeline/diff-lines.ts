/** One line of a comparison. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed'
  /** With its line feed; a last line may have none, and is then another than the same words with one. */
  readonly text: string
}

/**
 * What has to be removed from one text and added to it so that it is the other, line by line: a longest common subsequence of what
 * lies between their common beginning and end. Where that middle is too large to compare in time that grows with its size, all of it is
 * removed and added.
 */
export function diffLines(before: string, after: string): DiffLine[] {
  const [from, to] = [linesOf(before), linesOf(after)]
  const shorter = Math.min(from.length, to.length)
  let start = 0
  while (start < shorter && from[start] === to[start]) start += 1
  let end = 0
  while (end < shorter - start && from.at(-1 - end) === to.at(-1 - end)) end += 1
  return [
    ...from.slice(0, start).map(same),
    ...middleOf(from.slice(start, from.length - end), to.slice(start, to.length - end)),
    ...from.slice(from.length - end).map(same),
  ]
}

/** Comparisons for each line of a middle: enough for two of 400 lines each. */
const COMPARISONS_PER_LINE = 200

function middleOf(from: readonly string[], to: readonly string[]): DiffLine[] {
  const lines = from.length + to.length
  if (from.length * to.length > lines * COMPARISONS_PER_LINE) {
    return [...from.map(removed), ...to.map(added)]
  }
  const common = commonLengths(from, to)
  const width = to.length + 1
  const found: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < from.length && j < to.length) {
    const [left = '', right = ''] = [from[i], to[j]]
    if (left === right) {
      found.push(same(left))
      i += 1
      j += 1
    } else if ((common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0)) {
      found.push(removed(left))
      i += 1
    } else {
      found.push(added(right))
      j += 1
    }
  }
  return [...found, ...from.slice(i).map(removed), ...to.slice(j).map(added)]
}

/** For each pair of places, the length of the longest common subsequence of what follows them. */
function commonLengths(from: readonly string[], to: readonly string[]): Uint32Array {
  const width = to.length + 1
  const lengths = new Uint32Array((from.length + 1) * width)
  for (let i = from.length - 1; i >= 0; i -= 1) {
    for (let j = to.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        from[i] === to[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0)
    }
  }
  return lengths
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/)
}

function same(text: string): DiffLine {
  return { kind: 'same', text }
}

function added(text: string): DiffLine {
  return { kind: 'added', text }
}

function removed(text: string): DiffLine {
  return { kind: 'removed', text }
}
