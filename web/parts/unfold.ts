/** Opens all that an element is folded in, and the element itself. */
export function unfold(place: Element): void {
  for (let folded = place.closest('details'); folded !== null; ) {
    folded.open = true
    folded = folded.parentElement?.closest('details') ?? null
  }
}
