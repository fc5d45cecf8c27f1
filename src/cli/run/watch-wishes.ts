import type { RunReader } from '../../store/store.ts'

/** Soon enough for whoever has pressed a button; a look takes well under a millisecond. */
const LOOK_EVERY_MS = 500

/** What is done about what somebody beside a run wants of it. */
export interface WishHandler {
  pause(): void
  go(): void
  stop(): void
  /** The run's file cannot be read any more. */
  fail(error: unknown): void
}

/** Looks every now and then at what is wanted of a run, and says what is new, until disposed of. */
export function watchWishes(run: Pick<RunReader, 'wish'>, handler: WishHandler): Disposable {
  let isPaused = false
  let isStopped = false
  let isLooking = false

  const look = async (): Promise<void> => {
    const wish = await run.wish()
    if (isStopped) return
    if (wish === 'stop') {
      isStopped = true
      handler.stop()
    } else if (wish === 'pause' && !isPaused) {
      isPaused = true
      handler.pause()
    } else if (wish === 'go' && isPaused) {
      isPaused = false
      handler.go()
    }
  }
  const lookUnlessLooking = (): void => {
    if (isLooking) return
    isLooking = true
    look()
      .catch((error: unknown) => handler.fail(error))
      .finally(() => {
        isLooking = false
      })
  }

  // It keeps the process: while a run is paused nothing else might.
  const ticking = setInterval(lookUnlessLooking, LOOK_EVERY_MS)
  return { [Symbol.dispose]: () => clearInterval(ticking) }
}
