/** Values that are good until what they were made from has changed. */
export interface RevisionCache<T> {
  /**
   * The value of a name at a revision: made once for all who ask, also while it is being made. What fails is made anew for the next.
   */
  get(name: string, revision: string, make: () => Promise<T>): Promise<T>
}

/** @param size how many names are kept, those last asked for */
export function createRevisionCache<T>(size: number): RevisionCache<T> {
  const kept = new Map<string, { readonly revision: string; readonly value: Promise<T> }>()
  return {
    get(name, revision, make) {
      const known = kept.get(name)
      const entry = known?.revision === revision ? known : { revision, value: make() }
      // Last in the map's order: the first is the one that was not asked for the longest.
      kept.delete(name)
      kept.set(name, entry)
      for (const oldest of kept.keys()) {
        if (kept.size <= size) break
        kept.delete(oldest)
      }
      if (entry !== known) {
        entry.value.catch(() => {
          if (kept.get(name) === entry) kept.delete(name)
        })
      }
      return entry.value
    },
  }
}
