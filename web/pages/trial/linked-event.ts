/** The number at the end of the link that was clicked, where it begins so; null: it leads elsewhere. */
export function numberBehind(target: EventTarget, start: string): number | null {
  const link = target instanceof Element ? target.closest('a[href]') : null
  const href = link?.getAttribute('href') ?? ''
  const rest = href.startsWith(start) ? href.slice(start.length) : ''
  return /^\d+$/.test(rest) ? Number(rest) : null
}
