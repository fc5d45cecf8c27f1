import { type CellLabels, type LabelledCell, labelCells } from '../arm-label.ts'

/**
 * What cells are called in a figure, where there is little room: what all agents' names begin with is left out as far as it goes in
 * whole steps of a path (`model:openai/`), since a name that is shortened loses its middle. The caption says it.
 */
export function figureLabels(cells: readonly LabelledCell[]): CellLabels {
  const labels = labelCells(cells)
  const agentPrefix = sharedPath([...new Set(cells.map(({ agent }) => agent))], labels.agentPrefix)
  return { ...labels, agentPrefix, agent: ({ agent }) => agent.slice(agentPrefix.length) }
}

/** `start` is empty where the names have no kind in common, and nothing is left out then. */
function sharedPath(names: readonly string[], start: string): string {
  const [first = ''] = names
  let shared = start
  while (shared !== '') {
    const end = first.indexOf('/', shared.length) + 1
    const longer = first.slice(0, end)
    if (end === 0 || !names.every((name) => name.startsWith(longer) && name !== longer)) break
    shared = longer
  }
  return shared
}

/** A sentence of a caption. Empty where nothing is left out. */
export function prefixText({ agentPrefix }: Pick<CellLabels, 'agentPrefix'>): string {
  return agentPrefix === '' ? '' : `Agents’ names begin with “${agentPrefix}”.`
}
