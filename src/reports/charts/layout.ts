/** For what width a chart is drawn. Lengths are pixels where the drawing is shown at its natural size. */
export interface Layout {
  readonly kind: 'wide' | 'narrow'
  readonly width: number
  /** Of letters; `small` is the smallest there is. */
  readonly size: number
  readonly small: number
}

export const WIDE: Layout = { kind: 'wide', width: 760, size: 13, small: 12 }
export const NARROW: Layout = { kind: 'narrow', width: 340, size: 12, small: 11 }

/** A length as it is written: more digits than one behind the point nobody sees. */
export function px(length: number): number {
  return Number(length.toFixed(1))
}
