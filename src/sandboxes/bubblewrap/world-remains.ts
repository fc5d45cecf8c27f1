import {
  allPids,
  childrenOf,
  type HostProcess,
  lookAt,
  pidNamespaceOf,
} from '../world/host-processes.ts'
import type { ControlGroup } from './control-group.ts'

/**
 * What there still is of a world, looked for among the host's processes and in what the kernel says of its control group. A
 * process of the world's can leave neither the group nor the namespace.
 */
export class WorldRemains {
  /** What is looked at, for the record. */
  readonly source: string
  readonly #group: ControlGroup | null
  /** The chain, what it has started, and the first process, as they were when they were noted. */
  readonly #known = new Map<number, HostProcess>()
  #namespace: string | null = null

  constructor(group: ControlGroup | null) {
    this.#group = group
    this.source = `${group === null ? '' : `${group.source} and `}the PID namespaces in /proc`
  }

  /** Takes down what there is, while it is seen where it belongs. To be called before it is killed, and when there is an init. */
  note(chainPid: number | undefined, init: HostProcess | null): void {
    const chain = chainPid === undefined ? null : lookAt(chainPid)
    const started = chain === null ? [] : childrenOf(chain.pid).flatMap((pid) => lookAt(pid) ?? [])
    for (const process of [chain, init, ...started]) {
      if (process !== null) this.#known.set(process.pid, process)
    }
    if (init !== null) this.#namespace ??= pidNamespaceOf(init.pid)
  }

  /** @returns null when nothing is left; otherwise what is, as far as it can be told apart */
  find(): { readonly pids: readonly number[] } | null {
    const known = [...this.#known.values()].filter(
      ({ pid, startTicks }) => lookAt(pid)?.startTicks === startTicks,
    )
    if (known.length > 0) return { pids: known.map(({ pid }) => pid) }
    if (this.#group?.isEmpty() === false) return { pids: this.#group.members() }
    // The dearest look comes last.
    const inside =
      this.#namespace === null
        ? []
        : allPids().filter((pid) => pidNamespaceOf(pid) === this.#namespace && lookAt(pid) !== null)
    return inside.length > 0 ? { pids: inside } : null
  }
}
