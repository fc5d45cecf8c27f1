import type { RunWriter } from '../../store/store.ts'
import type { Budget } from '../../trials/budget.ts'

/**
 * Keeps in a run's file what may have been spent on trials that it does not hold, so that a run whose process is killed and that
 * is taken up again still knows of it. What the file says is never less than that.
 */
export interface OutsideBook {
  /** To be called whenever the budget changes: more is written down before anything else happens. */
  changed(): void
  /** Resolves when what is true now is in the file. */
  written(): Promise<void>
}

/** @param options.beforeUsd what the file says already, of earlier sittings */
export function createOutsideBook(
  writer: Pick<RunWriter, 'setOutsideUsd'>,
  options: { readonly budget: () => Budget; readonly beforeUsd: number },
): OutsideBook {
  const { budget, beforeUsd } = options
  let saidUsd = beforeUsd
  let writing = Promise.resolve()

  const write = (): Promise<void> => {
    const usd = beforeUsd + budget().outsideUsd
    if (usd === saidUsd) return writing
    saidUsd = usd
    writing = writing.then(() => writer.setOutsideUsd(usd))
    // Raised where it is waited for.
    writing.catch(() => undefined)
    return writing
  }
  return {
    changed: () => {
      if (beforeUsd + budget().outsideUsd > saidUsd) void write()
    },
    written: write,
  }
}
