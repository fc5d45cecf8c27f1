type Levels = Readonly<Record<string, string>>

/** The same for two cells exactly if agent and every level are. */
export function cellKey({ agent, arm }: { readonly agent: string; readonly arm: Levels }): string {
  return JSON.stringify([agent, armKey(arm)])
}

/** The same for two arms exactly if every level is, in whatever order their factors stand. */
export function armKey(arm: Levels): string {
  return JSON.stringify(Object.entries(arm).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
