import type { Purse } from '../agents/agent.ts'
import { invariant } from '../support/errors.ts'

/**
 * The money of a run: what was spent, and what is set aside for trials in flight. A trial is started only if the most that it
 * can cost fits in what is left, so that none is ended by the cap. Amounts are US dollars.
 */
export interface Budget {
  readonly capUsd: number | null
  /** All that was spent, or may have been: by stored trials, by those in flight and by those given up. */
  readonly spentUsd: number
  /** What was spent, and what is still set aside. Never above the cap as long as no trial costs more than was set aside for it. */
  readonly committedUsd: number
  /** Of that, what no stored trial tells of: it belongs to trials in flight and given up, or is more than their records say. */
  readonly outsideUsd: number
  /** Trials in flight that wait for more than was set aside for them. */
  readonly waiting: number
  /** How much was spent beyond what had been set aside: above 0, a price or a bound of tokens was wrong. */
  readonly overUsd: number
  /** Sets aside the most that a trial can cost. False: it does not fit, or others wait for what is left, and nothing is set aside. */
  reserve(key: string, mostUsd: number): boolean
  /** The money of a trial that was reserved for. */
  purse(key: string): Purse
  /** The trial is stored, and its record says that it has cost `recordedUsd`. What it has not spent is free again. */
  settle(key: string, recordedUsd: number): void
  /** The trial will not be stored. What it has spent stays spent. */
  abandon(key: string): void
}

/** Money is counted in whole billionths of a dollar: sums of those are exact. */
const UNITS = 1e9
/** A sum of fractions comes out a hair beside the whole number that it is. */
const HAIR = 1e-3

interface Account {
  spentUsd: number
  spent: number
  reserved: number
}

/** Of a trial that asks for more than was set aside for it. */
interface Request {
  readonly account: Account
  readonly more: number
  readonly answer: (isGiven: boolean) => void
}

/** @param options.spentUsd what was spent before: it counts towards the cap */
export function createBudget(options: {
  readonly capUsd: number | null
  readonly spentUsd: number
  /** Called after each change of what is spent or set aside. */
  readonly onChange?: () => void
}): Budget {
  const { capUsd, onChange = () => undefined } = options
  const cap = capUsd === null ? Number.POSITIVE_INFINITY : Math.floor(capUsd * UNITS + HAIR)
  /** In the order in which they were begun. */
  const open = new Map<string, Account>()
  /** In the order of asking. */
  const requests = new Set<Request>()
  // Sums over all trials; `held` over those in flight, of what each has spent or still may.
  const sums = { spent: unitsOf(options.spentUsd), committed: 0, held: 0, untold: 0, over: 0 }
  sums.committed = sums.spent

  return {
    capUsd,
    get spentUsd() {
      return sums.spent / UNITS
    },
    get committedUsd() {
      return sums.committed / UNITS
    },
    get outsideUsd() {
      return (sums.held + sums.untold) / UNITS
    },
    get waiting() {
      return requests.size
    },
    get overUsd() {
      return sums.over / UNITS
    },
    reserve: (key, mostUsd) => {
      invariant(!open.has(key), `nothing is set aside yet for trial ${key}`)
      const reserved = toSetAside(mostUsd)
      if (requests.size > 0 || sums.committed + reserved > cap) return false
      const account = { spentUsd: 0, spent: 0, reserved: 0 }
      open.set(key, account)
      hold(account, () => {
        account.reserved = reserved
      })
      return true
    },
    purse: (key) => {
      const account = accountOf(key)
      return {
        spend: (usd) => spend(key, account, usd),
        extend: (usd, signal) => extend(key, account, { usd, signal }),
      }
    },
    settle: (key, recordedUsd) => {
      const account = accountOf(key)
      if (unitsOf(recordedUsd) > account.spent) spend(key, account, recordedUsd - account.spentUsd)
      sums.untold += account.spent - unitsOf(recordedUsd)
      close(key, account)
    },
    abandon: (key) => {
      const account = accountOf(key)
      sums.untold += account.spent
      close(key, account)
    },
  }

  /** Where there is no cap, nothing needs to be. */
  function toSetAside(usd: number): number {
    return capUsd === null ? 0 : unitsOf(usd)
  }

  function accountOf(key: string): Account {
    const account = open.get(key)
    invariant(account !== undefined, `trial ${key} is in flight`)
    return account
  }

  async function extend(
    key: string,
    account: Account,
    { usd, signal }: { readonly usd: number; readonly signal: AbortSignal },
  ): Promise<boolean> {
    signal.throwIfAborted()
    if (open.get(key) !== account) return false
    const { promise, resolve, reject } = Promise.withResolvers<boolean>()
    const request = { account, more: toSetAside(usd), answer: resolve }
    const leave = (): void => {
      requests.delete(request)
      reject(signal.reason)
    }
    signal.addEventListener('abort', leave, { once: true })
    requests.add(request)
    serve()
    try {
      return await promise
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  /** Gives what there is to those who wait. Where all in flight do, none will leave anything over: the one begun last gets nothing. */
  function serve(): void {
    for (const request of requests) {
      const { account, more } = request
      if (sums.committed + more > cap) continue
      hold(account, () => {
        account.reserved += more
      })
      answer(request, true)
    }
    const asking = new Set([...requests].map(({ account }) => account))
    if (asking.size === open.size) refuse([...open.values()].at(-1))
  }

  function refuse(account: Account | undefined): void {
    for (const request of requests) {
      if (request.account === account) answer(request, false)
    }
  }

  function answer(request: Request, isGiven: boolean): void {
    requests.delete(request)
    request.answer(isGiven)
  }

  function spend(key: string, account: Account, usd: number): void {
    invariant(usd >= 0, `what trial ${key} spends is an amount`)
    account.spentUsd += usd
    // Of the trial's sum, not of each amount: many that are rounded up would come to more than was set aside.
    const spent = unitsOf(account.spentUsd)
    const more = spent - account.spent
    sums.spent += more
    if (open.get(key) !== account) {
      // Told late, of a trial that is over: it was spent all the same, and no record tells of it.
      account.spent = spent
      sums.committed += more
      sums.untold += more
      onChange()
      return
    }
    // Without a cap nothing was set aside.
    if (capUsd !== null) {
      sums.over += Math.max(0, spent - Math.max(account.reserved, account.spent))
    }
    hold(account, () => {
      account.spent = spent
    })
  }

  /** A change to what a trial in flight has spent or may spend. */
  function hold(account: Account, change: () => void): void {
    const before = Math.max(account.reserved, account.spent)
    change()
    const more = Math.max(account.reserved, account.spent) - before
    sums.held += more
    sums.committed += more
    onChange()
  }

  function close(key: string, account: Account): void {
    const held = Math.max(account.reserved, account.spent)
    open.delete(key)
    sums.held -= held
    sums.committed -= held - account.spent
    onChange()
    refuse(account)
    serve()
  }
}

/** Rounded up: what is counted is never less than what was spent. */
function unitsOf(usd: number): number {
  invariant(usd >= 0, `${usd} is an amount of money`)
  return Math.max(0, Math.ceil(usd * UNITS - HAIR))
}
