import type { CellResult } from '../../../src/records/run.ts'
import type { PageLinks } from '../../../src/reports/html/run-page.ts'

const SVG = 'http://www.w3.org/2000/svg'

/** Makes a link to its trials of every cell that a drawing names by its place (`data-cell`). */
export function linkCells(
  cells: readonly Pick<CellResult, 'agent' | 'arm'>[],
  links: PageLinks,
): (content: DocumentFragment) => void {
  return (content) => {
    for (const drawn of content.querySelectorAll('svg [data-cell]')) {
      const cell = cells[Number(drawn.getAttribute('data-cell'))]
      const address = cell === undefined ? null : links.trials({ agent: cell.agent, arm: cell.arm })
      if (address === null) continue
      // What is within an image is hidden from screen readers: with links in it, it is a group.
      drawn.closest('svg')?.setAttribute('role', 'group')
      const link = document.createElementNS(SVG, 'a')
      link.setAttribute('href', address)
      drawn.replaceWith(link)
      link.append(drawn)
    }
  }
}
