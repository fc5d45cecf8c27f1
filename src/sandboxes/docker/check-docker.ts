import type { Availability, Hold, SandboxContext } from '../sandbox.ts'
import { checkOnce } from '../world/check-once.ts'
import { endText } from '../world/end-text.ts'
import { REAL_CAPABILITIES } from '../world/real-capabilities.ts'
import { tracerText } from '../world/try-tracing.ts'
import { type TriedWorld, tryWorld, type WorldTrial } from '../world/try-world.ts'
import { dockerKind } from './docker-kind.ts'
import { type Engine, findEngine } from './engine.ts'
import { findImage, tryImage, type WorldImage } from './image.ts'

/** What is missing, and the one command that mends it, where there is one. */
class Missing extends Error {
  readonly fix: string | null

  constructor(reason: string, fix: string | null = null) {
    super(reason)
    this.fix = fix
  }
}

/** Tries the engine, the image and then a small world, once in a process. The first time, the image is built. */
export const checkDocker = checkOnce(check)

async function check(context: SandboxContext): Promise<Availability> {
  try {
    const { engine, image, details } = await tryIngredients(context)
    const tried = await tryWorld(dockerKind(engine, image), context, TRIAL)
    if (typeof tried === 'string') throw new Missing(tried)
    const { works, by } = tried.tracing
    return {
      available: true,
      reason: works ? null : `nothing is traced: ${by}`,
      fix: null,
      capabilities: { ...REAL_CAPABILITIES, tracing: works },
      details: { ...details, tracing: by },
      hold: holdOf(engine, tried),
    }
  } catch (error) {
    context.signal.throwIfAborted()
    const reason = error instanceof Error ? error.message : String(error)
    const fix = error instanceof Missing ? error.fix : null
    const capabilities = { ...REAL_CAPABILITIES, tracing: false }
    return { available: false, reason, fix, capabilities, details: {}, hold: null }
  }
}

async function tryIngredients(
  context: SandboxContext,
): Promise<{ engine: Engine; image: WorldImage; details: Record<string, string> }> {
  const search = await findEngine(context)
  if (search.engine === null) throw new Missing(search.problem.reason, search.problem.fix)
  const { engine } = search

  const found = await findImage(engine)
  if (found.image === null) throw new Missing(found.reason, found.fix)
  const { id, name, base } = found.image
  const wrong = await tryImage(engine, id)
  if (wrong !== null) {
    throw new Missing(
      `The image ${name} does not do: ${wrong}`,
      // Without it the next check builds it anew.
      `${engine.program} image rm --force ${name}`,
    )
  }
  const built = base === null ? '' : `, built now on ${base}`
  return {
    engine,
    image: found.image,
    details: {
      ...engine.details,
      client: `${engine.program} ${engine.clientVersion}`,
      image: `${name} (${id.replace(/^sha256:/, '').slice(0, 12)}${built})`,
    },
  }
}

/** Says what is not as it must be: the agent has no rights, no network, and no place to write but its own. */
const TRIAL: WorldTrial = {
  command: `
fail() { echo "$1"; exit 0; }
ls / > /dev/null && touch seen || fail 'its own files are out of reach'
(echo x > /proc/sys/kernel/core_pattern) 2> /dev/null && fail 'it sets the kernel'
unshare --user true 2> /dev/null && fail 'it makes namespaces'
mount -t tmpfs none /tmp 2> /dev/null && fail 'it mounts'
grep -q '^Uid:.1000.1000.1000.1000$' /proc/self/status || fail 'it is not the user it should be'
grep -E '^Cap...:' /proc/self/status | grep -qv '0000000000000000$' && fail 'it has rights of root'
grep -q '^NoNewPrivs:.1$' /proc/self/status || fail 'it could get rights'
[ "$(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ')" = lo ] || fail 'it has a network'
found=$(find / -xdev -writable ! -type l ! -path /tmp ! -path /var/tmp 2> /dev/null | head -n 1)
[ -z "$found" ] || fail "it can write to $found"
echo well`,
  timeoutMs: 30_000,
  look: async (world) => {
    const isSeen = (await world.processes()).some(({ argv }) => argv[0] === 'bash')
    return isSeen ? null : 'What runs in a world is not seen from outside'
  },
}

function holdOf({ bounds, mapsRoot, kind }: Engine, { tracing, end }: TriedWorld): Hold {
  return {
    memory: bounds.memory
      ? `bounded for a world as a whole, by ${kind}`
      : `not bounded for a world as a whole: ${kind} has no control group for it here`,
    processes: bounds.processes
      ? `bounded for a world as a whole, by ${kind}`
      : `not bounded: ${kind} has no control group for them here`,
    disk: 'bounded for each place that the agent can write to: these stand in memory, on disks of fixed size',
    end: endText(end),
    tracer: tracerText(tracing),
    weaknesses: [
      'a fault in the kernel can let an agent out: use a machine that you can lose',
      ...(mapsRoot ? [] : ["an agent that breaks out as root is root on the engine's machine"]),
      ...(bounds.memory ? [] : ['a world may use up the memory of the machine']),
      ...(bounds.processes ? [] : ['a world may use up the processes of the machine']),
      `a container of the harness's own looks into worlds; it sees every process of the engine's machine`,
      'the agent can see that it is in a container: its mount table, few processes, no network',
    ],
  }
}
