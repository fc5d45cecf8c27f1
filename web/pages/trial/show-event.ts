import { settle } from './settle.ts'

/** Scrolls to an event, marks it and puts the focus there. @returns how to stop that */
export function goToEvent(
  root: HTMLElement,
  seq: number,
  reveal: (place: Element) => void,
): () => void {
  const place = elementOf(root, seq)
  if (place === null) return () => undefined
  reveal(place)
  place.dataset['current'] = ''
  place.tabIndex = -1
  place.focus({ preventScroll: true })
  const stop = settle(() => place.scrollIntoView({ block: 'start' }))
  return () => {
    stop()
    delete place.dataset['current']
  }
}

/** The landmark after, or before, the one that is being read: the current event where it is in sight, else the top of the window. */
export function nearestLandmark(
  root: HTMLElement,
  landmarks: readonly number[],
  current: number | null,
  by: 1 | -1,
): number | null {
  const at = current !== null && isInSight(root, current) ? landmarks.indexOf(current) : -1
  if (at >= 0) return landmarks[at + by] ?? null
  const top = window.innerHeight / 4
  const isBelow = (seq: number): boolean =>
    (elementOf(root, seq)?.getBoundingClientRect().top ?? 0) > top
  return (by === 1 ? landmarks.find(isBelow) : landmarks.findLast((seq) => !isBelow(seq))) ?? null
}

function isInSight(root: HTMLElement, seq: number): boolean {
  const box = elementOf(root, seq)?.getBoundingClientRect()
  return box !== undefined && box.bottom > 0 && box.top < window.innerHeight
}

function elementOf(root: HTMLElement, seq: number): HTMLElement | null {
  return root.querySelector<HTMLElement>(`#event-${seq}`)
}
