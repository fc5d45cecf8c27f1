import type { WorldSandbox } from './world-sandbox.ts'

export interface TracingTrial {
  readonly works: boolean
  /** What traces, or that nothing does and why, for the record. */
  readonly by: string
}

/** Arguments that no program of a world's own is started with. */
const PROGRAM = ['bash', '-c', ':', 'is this seen?'] as const

/** Starts a program in a world and looks whether it is seen with its arguments. */
export async function tryTracing(world: WorldSandbox, signal: AbortSignal): Promise<TracingTrial> {
  const reason = world.untracedBecause
  if (reason !== null) return { works: false, by: `no (${reason})` }
  const command = PROGRAM.map((word) => `'${word}'`).join(' ')
  await world.session.exec(`(${command}; :)`, { timeoutMs: 10_000, signal })
  const { traces } = await world.takeTraces()
  const isSeen = traces.some(
    (trace) => trace.kind === 'exec' && trace.argv.join('\0') === PROGRAM.join('\0'),
  )
  return isSeen
    ? { works: true, by: 'seccomp notification' }
    : { works: false, by: 'no (a program that was started was not seen)' }
}

/** What sees the programs that are started in such a world, in a clause. */
export function tracerText({ works, by }: TracingTrial): string {
  return works
    ? `every program that is started, and what else may aim at the control, is told by the kernel (${by})`
    : `none: ${by}`
}
