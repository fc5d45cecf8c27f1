/** Holds back the trials of a run that have not begun. Those in flight go on to their end. */
export interface Pause {
  readonly isOn: boolean
  /** Calls back each time that it ends. */
  onEnd(listener: () => void): void
}

/** A pause that has not begun, and what begins and ends it. */
export function createPause(): Pause & { begin(): void; end(): void } {
  const listeners: (() => void)[] = []
  let isOn = false
  return {
    get isOn() {
      return isOn
    },
    onEnd: (listener) => {
      listeners.push(listener)
    },
    begin: () => {
      isOn = true
    },
    end: () => {
      if (!isOn) return
      isOn = false
      for (const listener of listeners) listener()
    },
  }
}
