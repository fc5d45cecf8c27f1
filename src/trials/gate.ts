/** Holds back the trials of a run that have not begun. Those in flight go on to their end. */
export interface Gate {
  readonly isShut: boolean
  /** Calls back each time that it is opened. */
  onOpen(listener: () => void): void
}

/** A gate, open at first, and what shuts and opens it. */
export function createGate(): Gate & { shut(): void; open(): void } {
  const listeners: (() => void)[] = []
  let isShut = false
  return {
    get isShut() {
      return isShut
    },
    onOpen: (listener) => {
      listeners.push(listener)
    },
    shut: () => {
      isShut = true
    },
    open: () => {
      if (!isShut) return
      isShut = false
      for (const listener of listeners) listener()
    },
  }
}
