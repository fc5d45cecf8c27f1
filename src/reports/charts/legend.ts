import { joined, type Markup } from '../html/markup.ts'
import { type Layout } from './layout.ts'
import { svgText } from './svg-text.ts'
import { roomOf } from './text-room.ts'

export interface LegendItem {
  readonly label: string
  /** Room that its sign takes. @default 14 */
  readonly room?: number
  /** Drawn with its middle at that height, from x to the right. */
  readonly sign: (x: number, y: number) => Markup
}

/** Signs and what they mean, one after another in as many lines as it takes. */
export function legend(
  items: readonly LegendItem[],
  { x: left, y: top, layout }: { readonly x: number; readonly y: number; readonly layout: Layout },
): { readonly body: Markup; readonly height: number } {
  const { small: size, width } = layout
  const line = size + 8
  let [x, y] = [left, top + line / 2]
  const pieces = items.map(({ label, room = 14, sign }) => {
    const own = room + 5 + roomOf(label, size)
    if (x > left && x + own > width) [x, y] = [left, y + line]
    const at = x
    x += own + 16
    return joined([
      sign(at, y),
      svgText(label, {
        ...{ x: at + room + 5, y: y + size * 0.36, size, look: 'faint' },
        room: Math.max(40, width - at - room - 5),
      }),
    ])
  })
  return { body: joined(pieces), height: items.length === 0 ? 0 : y - top + line / 2 }
}
