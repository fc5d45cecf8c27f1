import type { ViewChange } from '../../records/view.ts'

/** Changes that one listener has not taken yet. Of several of the same kind or run only the last counts: a slow one needs no room. */
export interface PendingChanges {
  add(change: ViewChange): void
  /** There will be no more: whoever takes them is told why. */
  fail(error: unknown): void
  /** Those that there are, and then those to come, until the signal aborts. */
  taken(signal: AbortSignal): AsyncGenerator<ViewChange>
}

export function createPendingChanges(): PendingChanges {
  const pending = new Map<string, ViewChange>()
  let failure: { readonly error: unknown } | null = null
  let wake: () => void = () => undefined
  return {
    add(change) {
      const key = change.type === 'run' ? `run ${change.name}` : change.type
      pending.delete(key)
      pending.set(key, change)
      wake()
    },
    fail(error) {
      failure = { error }
      wake()
    },
    async *taken(signal) {
      const aborted = (): void => wake()
      signal.addEventListener('abort', aborted)
      try {
        while (!signal.aborted) {
          const changes = [...pending.values()]
          pending.clear()
          yield* changes
          if (failure !== null) throw failure.error
          if (pending.size > 0 || signal.aborted) continue
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      } finally {
        signal.removeEventListener('abort', aborted)
      }
    },
  }
}
