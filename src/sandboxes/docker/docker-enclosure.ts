import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import type { Readable, Writable } from 'node:stream'
import type { ProcessSeen, WorldEnd } from '../../records/evidence.ts'
import type { Clock } from '../../support/clock.ts'
import { HarnessError, invariant } from '../../support/errors.ts'
import type { Enclosure, EnclosureOptions, Refusals, WorldDeath } from '../world/enclosure.ts'
import { type HostProcess, lookAt, pidNamespaceOf, signalProcess } from '../world/host-processes.ts'
import { identifyCaller } from '../world/identify-caller.ts'
import { OutsideTree } from '../world/outside-tree.ts'
import { SIGNALS } from '../world/process-reader.ts'
import type { Caller } from '../world/served-programs.ts'
import { ShellOutside } from '../world/shell-outside.ts'
import { watchedProcesses } from '../world/watched-processes.ts'
import type { WorldTree } from '../world/world-tree.ts'
import { complaintOf } from './complaint-of.ts'
import { containerArguments } from './container-arguments.ts'
import { containerState, isNotThere } from './container-state.ts'
import { type Engine, withContext } from './engine.ts'
import type { WorldImage } from './image.ts'
import { removeLeftovers } from './leftovers.ts'
import { ObservedTreeReader } from './observed-tree-reader.ts'
import { ObservedWorld } from './observed-world.ts'
import { type Observer, observerOn } from './observer.ts'
import { worldPlaces } from './world-places.ts'

/** The kernel ends the rest with the first process; with a thousand others that takes this long at most. */
const PATIENCE_MS = 10_000
/** An engine that is busy with other containers tells of an end later than that. */
const TOLD_MS = 60_000
const LOOK_MS = 20
/** How shells and engines tell of a death by SIGKILL. */
const KILLED = 128 + SIGNALS.kill

/** What `assets/docker/launch` says first. */
const LAUNCHERS_WORD = /^processes in (pid:\[\d+\])\n/m

const tidied = new Map<string, Promise<number>>()

/** A world in a container of its own, seen through the observer, which shares the processes of the engine's machine. */
export class DockerEnclosure implements Enclosure {
  readonly input: Writable
  readonly output: Readable
  readonly death: Promise<WorldDeath>
  readonly reach: ShellOutside
  readonly shellLimits: readonly string[]
  readonly #options: EnclosureOptions
  /** Goes on when the trial is broken off. */
  readonly #engine: Engine
  readonly #observe: () => Promise<Observer>
  readonly #observer: Promise<Observer>
  readonly #child: ChildProcess
  readonly #name: string
  readonly #openedMs: number
  /** By which the first process is found from outside. */
  readonly #namespace = Promise.withResolvers<string>()
  #world: ObservedWorld | null = null
  /** The first process, where the engine's machine is this one. */
  #here: HostProcess | null = null
  #complaint = ''
  #how: WorldDeath | null = null
  #refused: Refusals | null = null
  #lastWord: Promise<Refusals | null> | null = null

  private constructor(
    options: EnclosureOptions,
    engine: Engine,
    image: WorldImage,
    observe: () => Promise<Observer>,
  ) {
    const { spec, stagedBytes, replaced, context } = options
    this.#options = options
    this.#engine = engine
    this.#observe = observe
    this.#observer = observe()
    // Waited for when it is needed.
    this.#observer.catch(() => undefined)
    this.#openedMs = context.clock.elapsedMs()
    this.#name = `offswitch-${randomUUID()}`
    this.reach = new ShellOutside(() => this.#world, context.clock)
    this.shellLimits = [`ulimit -c 0 -n ${spec.limits.openFiles}`]
    this.#child = engine.spawn(
      containerArguments({ engine, image, name: this.#name, spec, stagedBytes, replaced }),
    )
    const { stdin, stdout, stderr } = this.#child
    invariant(stdin !== null && stdout !== null, 'a container is started with pipes')
    this.input = stdin
    this.output = stdout
    stderr?.on('data', (bytes: Buffer) => this.#hear(bytes.toString('utf8')))
    this.death = this.#waitForDeath()
  }

  static async start(
    options: EnclosureOptions,
    { engine, image }: { readonly engine: Engine; readonly image: WorldImage },
  ): Promise<DockerEnclosure> {
    const { clock } = options.context
    const lasting = withContext(engine, { clock, signal: new AbortController().signal })
    const observe = (): Promise<Observer> => observerOn(lasting, image, clock)
    // On its way meanwhile; that it fails is told where it is waited for.
    observe().catch(() => undefined)
    await tidy(lasting, clock)
    options.context.signal.throwIfAborted()
    return new DockerEnclosure(options, lasting, image, observe)
  }

  complaint(): string {
    return complaintOf(this.#complaint)
  }

  hasDied(): boolean {
    return this.#how !== null || this.#world?.isDead === true
  }

  async stand(): Promise<WorldTree> {
    // Awaited first: whoever looks into worlds may still have to be started.
    await this.#observer.catch(() => undefined)
    const namespace = await this.#within(PATIENCE_MS, this.#namespace.promise)
    if (namespace === null) {
      throw new HarnessError(
        'Cannot start sandbox "docker": it does not say which processes are its own',
        {
          source: 'sandbox',
        },
      )
    }
    const world = await this.#attach(namespace)
    this.#world = world
    const first = await world.first()
    if (pidNamespaceOf(first.pid) === namespace) this.#here = first
    return new OutsideTree(new ObservedTreeReader(world, worldPlaces(this.#options.spec)), (uid) =>
      uid === world.agentUid ? 'agent' : 'system',
    )
  }

  followShell(innerPid: number): void {
    this.reach.follow(innerPid)
  }

  async processes(): Promise<ProcessSeen[]> {
    const world = this.#world
    if (world === null || world.isDead) return []
    return watchedProcesses(world, await world.first(), {
      agentUid: world.agentUid,
      worldAgeMs: () => this.#options.context.clock.elapsedMs() - this.#openedMs,
    })
  }

  async identify(innerPid: number, tree: WorldTree): Promise<Caller> {
    const caller = (await this.#world?.caller(innerPid)) ?? null
    return identifyCaller(caller, tree, this.#options.spec.programs)
  }

  async mountinfo(): Promise<string | null> {
    return (await this.#world?.mountinfo()) ?? null
  }

  async refusals(): Promise<Refusals | null> {
    if (this.#world === null) return null
    if (this.hasDied()) {
      this.#lastWord ??= this.#askAfterDeath()
      return this.#lastWord
    }
    this.#refused = (await this.#world.refusals()) ?? this.#refused
    return this.#refused
  }

  async kill(): Promise<WorldEnd> {
    const { clock } = this.#options.context
    const orderedMs = clock.elapsedMs()
    if (this.#world?.isDead === true) {
      await this.#hearOfDeath()
      return { mechanism: 'none', deadMs: 0, verifiedBy: VERIFIED_BY }
    }
    const mechanism = (await this.#killThroughObserver())
      ? 'pid-namespace'
      : await this.#killWithoutObserver()
    const deadMs = clock.elapsedMs() - orderedMs
    await this.#hearOfDeath()
    return {
      mechanism,
      deadMs,
      verifiedBy: mechanism === 'engine' ? 'the engine’s own word' : VERIFIED_BY,
    }
  }

  async remove(): Promise<void> {
    const atOnce = this.#engine.kind === 'podman' ? ['--time', '0'] : []
    const { code, stderr } = await this.#engine.run([
      ...['rm', '--force', '--volumes', ...atOnce, this.#name],
    ])
    if (code === 0 || isNotThere(stderr)) return
    if ((await this.#state()) === 'unknown' && !(await this.#hasBegun())) return
    throw new HarnessError(`Cannot remove a container: ${complaintOf(stderr)}`, {
      source: 'sandbox',
    })
  }

  /** An observer that was lost before this world stood is another world's loss: there is a new one by now. */
  async #attach(namespace: string): Promise<ObservedWorld> {
    const observer = await this.#observer.catch(() => null)
    try {
      if (observer !== null) return await ObservedWorld.attach(observer, namespace)
    } catch (error) {
      if (observer?.isLost !== true) throw error
    }
    return ObservedWorld.attach(await this.#observe(), namespace)
  }

  /** @returns whether the first process is seen to be dead */
  async #killThroughObserver(): Promise<boolean> {
    const world = this.#world
    if (world === null) return false
    try {
      await world.signal([await world.first()], SIGNALS.kill)
      await this.#within(PATIENCE_MS, world.death)
    } catch {
      // The observer is lost; the engine is still there.
    }
    return world.isDead
  }

  /**
   * A container that may not have been started yet cannot be killed, and one that is being made cannot even be removed. Without
   * its harness a world ends by itself, at whatever step it is, and the client with it.
   */
  async #killWithoutObserver(): Promise<'engine' | 'pid-namespace'> {
    this.input.destroy()
    if (this.#world !== null) await this.#engine.run(['kill', this.#name])
    await this.#within(TOLD_MS, this.death)
    if (this.#how !== null && (await this.#state()) === 'ended') return 'engine'
    await this.#engine.run(['kill', this.#name])
    const state = await this.#state()
    if (state === 'ended' || (state === 'unknown' && !(await this.#hasBegun()))) return 'engine'
    if (await this.#killHere()) return 'pid-namespace'
    const why = state === 'running' ? 'it goes on when it is killed' : 'the engine does not answer'
    throw new HarnessError(`Cannot end container ${this.#name}: ${why}`, { source: 'sandbox' })
  }

  /** Without its engine a world goes on as it is; where the engine's machine is ours, it is in reach all the same. */
  async #killHere(): Promise<boolean> {
    const here = this.#here
    if (here === null) return false
    const { clock } = this.#options.context
    const untilMs = clock.elapsedMs() + PATIENCE_MS
    const isAlive = (): boolean => lookAt(here.pid)?.startTicks === here.startTicks
    signalProcess(here, SIGNALS.kill)
    while (isAlive() && clock.elapsedMs() < untilMs) await clock.sleep(LOOK_MS)
    return !isAlive()
  }

  /** The client ends when the engine knows that the container has. One that does not is ended: its container is dead. */
  async #hearOfDeath(): Promise<void> {
    await this.#within(TOLD_MS, this.death)
    if (this.#how === null) this.#child.kill('SIGKILL')
  }

  async #state(): Promise<'running' | 'ended' | 'unknown'> {
    const state = await containerState(this.#engine, this.#name)
    return state === 'absent' ? 'ended' : state
  }

  /** The first thing that runs in a container says so. Where it has not and the engine cannot be spoken to, there is none. */
  async #hasBegun(): Promise<boolean> {
    return (await Promise.race([this.#namespace.promise, Promise.resolve(null)])) !== null
  }

  /** The kernel's account goes with the container; of its last moments the engine knows whether memory ran out. */
  async #askAfterDeath(): Promise<Refusals | null> {
    await this.death
    const known = this.#refused
    if (known === null || known.memory > 0 || this.#how?.signal !== 'SIGKILL') return known
    const { code, stdout } = await this.#engine.run([
      ...['inspect', '--type', 'container', '--format', '{{.State.OOMKilled}}', this.#name],
    ])
    const ranOut = code === 0 && stdout.toString('utf8').trim() === 'true'
    return ranOut ? { ...known, memory: known.memory + 1 } : known
  }

  /** Null when it has not happened by then. */
  async #within<T>(ms: number, event: Promise<T>): Promise<T | null> {
    const over = new AbortController()
    const late = this.#options.context.clock.sleep(ms, over.signal).then(() => null)
    // Broken off when it has happened in time.
    late.catch(() => undefined)
    try {
      return await Promise.race([event, late])
    } finally {
      over.abort()
    }
  }

  #hear(text: string): void {
    const heard = this.#complaint + text
    const namespace = LAUNCHERS_WORD.exec(heard)?.[1]
    if (namespace !== undefined) this.#namespace.resolve(namespace)
    this.#complaint = heard.replace(LAUNCHERS_WORD, '').slice(-2_000)
  }

  #waitForDeath(): Promise<WorldDeath> {
    return new Promise((resolve) => {
      const die = (how: WorldDeath): void => {
        this.#how = how
        resolve(how)
      }
      this.#child.once('error', (error) => {
        this.#complaint = error.message
        die({ code: null, signal: null })
      })
      // After the last of what it said has been read. What ended the client itself says nothing of the world.
      this.#child.once('close', (code) => {
        if (code === KILLED) die({ code: null, signal: 'SIGKILL' })
        else die({ code: code === null || ENGINES_OWN.includes(code) ? null : code, signal: null })
      })
    })
  }
}

const VERIFIED_BY = 'the end of its first process on the engine’s machine'

/** Codes of clients that cannot make, or follow, a container. */
const ENGINES_OWN = [125, 126, 127]

/** Once in a process and engine. */
async function tidy(engine: Engine, clock: Clock): Promise<void> {
  const { machine } = engine
  const tidying = tidied.get(machine) ?? removeLeftovers(engine, clock)
  tidied.set(machine, tidying)
  try {
    await tidying
  } catch (error) {
    tidied.delete(machine)
    throw error
  }
}
