/** What has come in and waits to be taken, in the order in which it came. One takes, any number put. */
export interface Inbox<T extends object> {
  put(item: T): void
  /** The next item, as soon as there is one; null: somebody has knocked. */
  take(): Promise<T | null>
  /** Lets whoever waits look up. Where nobody waits it does nothing. */
  knock(): void
}

export function createInbox<T extends object>(): Inbox<T> {
  const items: T[] = []
  let waiting: ((item: T | null) => void) | null = null

  const wake = (item: T | null): void => {
    const resolve = waiting
    waiting = null
    resolve?.(item)
  }

  return {
    put: (item) => {
      if (waiting === null) items.push(item)
      else wake(item)
    },
    knock: () => wake(null),
    take: () => {
      const item = items.shift()
      if (item !== undefined) return Promise.resolve(item)
      return new Promise((resolve) => {
        waiting = resolve
      })
    },
  }
}
