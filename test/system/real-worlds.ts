import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { SandboxKind } from '../../src/sandboxes/sandbox.ts'
import {
  allPids,
  childrenOf,
  type HostProcess,
  innerIds,
  lookAt,
  pidNamespaceOf,
  stringsOf,
} from '../../src/sandboxes/world/host-processes.ts'
import { leftOf, signsOf, type WorldSigns } from '../hostile/host-watch.ts'

/** A world that stands on this machine, as the machine sees it. */
export interface RealWorld {
  /** What the harness has started for it: bubblewrap's monitor, or the client of an engine. */
  readonly chain: HostProcess
  readonly first: HostProcess
  /** What the engine calls it; empty where none stands behind it. */
  readonly container: string
}

/** A sandbox whose worlds are told from all others by the name of their machine. */
export interface RealWorlds extends Disposable {
  readonly kind: SandboxKind
  /** In the order in which they stood. Copies for rehearsals are opened by the worlds themselves and are not among them. */
  readonly opened: readonly RealWorld[]
  /** What the harness has started for them and for copies, also while they are being built. */
  chains(): HostProcess[]
  /** First processes that live, of worlds and of copies. */
  firsts(): HostProcess[]
  /** First processes of the worlds and copies in which a command runs. */
  firstsWith(command: string): HostProcess[]
  /** What there is on the machine of all that was opened. */
  left(): string[]
}

export function realWorlds(inner: SandboxKind): RealWorlds {
  const name = `desk-${randomBytes(6).toString('hex')}`
  const opened: RealWorld[] = []
  const signs: WorldSigns[] = []
  const firsts = (): HostProcess[] => inside(name).filter(({ pid }) => innerIds(pid)?.pid === 1)

  return {
    kind: {
      ...inner,
      open: async (spec, context) => {
        const sandbox = await inner.open({ ...spec, hostname: name }, context)
        const [chain] = chainsOf(name)
        const [first] = firsts()
        // Where it has died meanwhile there is nothing to be told.
        if (chain !== undefined && first !== undefined) {
          opened.push({ chain, first, container: containerOf(chain) })
          signs.push(signsOf([chain.pid, first.pid], name))
        }
        return sandbox
      },
    },
    opened,
    chains: () => chainsOf(name),
    firsts,
    firstsWith: (command) => {
      const running = inside(name).filter(
        ({ pid }) => stringsOf(pid, 'cmdline').join(' ') === command,
      )
      const namespaces = new Set(running.map(({ pid }) => pidNamespaceOf(pid)))
      return firsts().filter(({ pid }) => namespaces.has(pidNamespaceOf(pid)))
    },
    left: () => [
      ...signs.flatMap(leftOf),
      ...[...chainsOf(name), ...inside(name)].map(
        ({ pid }) => `process ${pid} of a world: ${stringsOf(pid, 'cmdline').join(' ')}`,
      ),
    ],
    [Symbol.dispose]() {
      for (const each of signs) each[Symbol.dispose]()
    },
  }
}

/** Children of this process in whose arguments the name stands. */
function chainsOf(name: string): HostProcess[] {
  return childrenOf(process.pid)
    .filter((pid) => stringsOf(pid, 'cmdline').includes(name))
    .flatMap((pid) => lookAt(pid) ?? [])
}

function inside(name: string): HostProcess[] {
  return allPids()
    .filter((pid) => hostnameOf(pid) === name)
    .flatMap((pid) => lookAt(pid) ?? [])
}

/** As it stands in the files that the process sees: those of a world have it from the start. */
function hostnameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/root/etc/hostname`, 'utf8').trim()
  } catch {
    return '' // It has ended, or sees no such file.
  }
}

function containerOf({ pid }: HostProcess): string {
  const words = stringsOf(pid, 'cmdline')
  return words.includes('--name') ? (words[words.indexOf('--name') + 1] ?? '') : ''
}
