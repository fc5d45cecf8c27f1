import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { HarnessError } from '../../support/errors.ts'
import { sha256 } from '../../support/hash.ts'
import { packageDirectory } from '../../support/package-directory.ts'
import { complaintOf } from './complaint-of.ts'
import type { Engine } from './engine.ts'
import { buildFlags, containerFlags } from './engine-flags.ts'

/** The image that containers of worlds are made from, as one engine has it. */
export interface WorldImage {
  /** To be run by; a name can be given to another image meanwhile. */
  readonly id: string
  readonly name: string
  /** What it was built on, where this process built it. */
  readonly base: string | null
}

/** The image, or why there is none and the one command that mends it. */
export type ImageSearch =
  | { readonly image: WorldImage }
  | { readonly image: null; readonly reason: string; readonly fix: string }

/** A local image of this name is built on, where there is one: no network is needed then. */
export const LOCAL_BASE = 'offswitch-base'
/** The Dockerfile's own default. */
const PULLED_BASE = 'docker.io/library/debian:bookworm-slim'

/** What the Dockerfile says of itself, in a label; an image without it is none of ours. */
const IMAGE_VERSION = '1'
const VERSION_LABEL = 'offswitch.image'

/** A base may have to be pulled and packages to be fetched. */
const BUILD_MS = 10 * 60_000
const TRIAL_MS = 60_000
/** Code of a client whose engine has not made the container. */
const ENGINES_OWN = 125

const ImageInfo = z.array(
  z.object({
    Id: z.string(),
    Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  }),
)

/** Bears a hash of the Dockerfile: another Dockerfile is another image, and versions of the harness share an engine in peace. */
export function imageName(): string {
  return `offswitch-world:${sha256(dockerfile()).slice(0, 12)}`
}

const known = new Map<string, Promise<ImageSearch>>()

/**
 * The image of worlds, built if the engine does not have it: from the local image `offswitch-base` if there is one, else
 * from Debian's, which is pulled. Looked for once in a process and engine, and again as long as there is none. Processes
 * that build at the same time do the same work twice and come to the same name.
 */
export async function findImage(engine: Engine): Promise<ImageSearch> {
  const { machine } = engine
  for (let others = known.get(machine); others !== undefined; others = known.get(machine)) {
    // Whoever looks already may break off; then it is the next one's turn.
    const found = await others.catch(() => null)
    if (found !== null) return found
  }
  const mine = lookOrBuild(engine)
  known.set(machine, mine)
  const found = await mine.catch((error: unknown) => {
    known.delete(machine)
    throw error
  })
  if (found.image === null) known.delete(machine)
  return found
}

/** @throws HarnessError (source `sandbox`), with the command that mends it, where there is none and none can be built. */
export async function requireImage(engine: Engine): Promise<WorldImage> {
  const found = await findImage(engine)
  if (found.image !== null) return found.image
  throw new HarnessError(
    `Cannot start sandbox "docker": ${found.reason}. This mends it: ${found.fix}`,
    { source: 'sandbox' },
  )
}

/**
 * Runs a container of an image and has it say what a world needs of it.
 *
 * @returns what is wrong with it, or null
 * @throws HarnessError (source `sandbox`) when the engine cannot run any, as where its disk is full
 */
export async function tryImage(engine: Engine, image: string): Promise<string | null> {
  const flags = ['--rm', '--network', 'none', ...containerFlags(engine)]
  const { code, stdout, stderr } = await engine.run(
    ['run', ...flags, '--entrypoint', '/bin/sh', image, '-c', TRIAL],
    { timeoutMs: TRIAL_MS },
  )
  const said = stdout.toString('utf8').trim()
  if (code === 0 && said === 'well') return null
  if (code === ENGINES_OWN) {
    throw new HarnessError(
      `Cannot run a container: ${engine.program} said "${complaintOf(stderr)}"`,
      { source: 'sandbox' },
    )
  }
  return said || complaintOf(stderr) || `it ended with ${code}`
}

const TRIAL = `
fail() { echo "$1"; exit 1; }
for program in bash perl ps stat ls cat grep sed find awk diff setsid mount unshare chattr; do
  command -v $program > /dev/null || fail "it has no $program"
done
[ "$(bash -c 'echo $BASH_VERSION' | cut -d. -f1)" -ge 5 ] || fail 'its bash is too old'
[ "$(perl -e 'use Socket; print "well" if $] >= 5.030')" = well ] || fail 'its perl is too old or not whole'
ps -e > /dev/null && ls / > /dev/null && stat / > /dev/null || fail 'its programs do not run'
[ -z "$(find / -xdev -type f -perm /6000)" ] || fail 'it has programs with the rights of another user'
echo well`

async function lookOrBuild(engine: Engine): Promise<ImageSearch> {
  const name = imageName()
  const present = await inspect(engine, name)
  if (present !== null && present.labels[VERSION_LABEL] === IMAGE_VERSION) {
    return { image: { id: present.id, name, base: null } }
  }
  const base = (await inspect(engine, LOCAL_BASE)) === null ? PULLED_BASE : LOCAL_BASE
  const problem = await build(engine, name, base)
  if (problem !== null) return { image: null, reason: problem, fix: fixFor(engine, base) }
  const built = await inspect(engine, name)
  if (built === null) {
    return {
      image: null,
      reason: `The image ${name} is gone as soon as it is built`,
      fix: fixFor(engine, base),
    }
  }
  const wrong = await tryImage(engine, built.id)
  if (wrong === null) return { image: { id: built.id, name, base } }
  return {
    image: null,
    reason: `The image built on ${base} does not do: ${wrong}`,
    fix: fixFor(engine, base),
  }
}

async function inspect(
  engine: Engine,
  image: string,
): Promise<{ id: string; labels: Readonly<Record<string, string>> } | null> {
  const { code, stdout } = await engine.run(['image', 'inspect', image])
  if (code !== 0) return null
  const parsed = ImageInfo.safeParse(JSON.parse(stdout.toString('utf8')))
  const [info] = parsed.success ? parsed.data : []
  return info === undefined ? null : { id: info.Id, labels: info.Config?.Labels ?? {} }
}

/** @returns why it could not be built, or null */
async function build(engine: Engine, name: string, base: string): Promise<string | null> {
  const network = base === LOCAL_BASE ? ['--network', 'none'] : []
  const { code, stdout, stderr } = await engine.run(
    [
      ...['build', '--force-rm', ...network, ...buildFlags(engine)],
      ...['--build-arg', `BASE=${base}`, '--tag', name, '-'],
    ],
    { input: dockerfile(), timeoutMs: BUILD_MS },
  )
  if (code === 0) return null
  // Where a step prints to depends on the builder.
  const lines = `${stdout.toString('utf8')}\n${stderr}`.trim().split('\n')
  const own = lines.findLast((line) => line.includes('The base image lacks:'))
  const said = own?.replace(/^.*?The base/, 'the base') ?? lines.at(-1) ?? ''
  return `The image of worlds cannot be built on ${base}: ${said.trim()}`
}

function fixFor(engine: Engine, base: string): string {
  const folder = join(packageDirectory(), 'assets', 'docker')
  // A Debian has all that the image needs, and makes its base from that without a network.
  if (base !== LOCAL_BASE && existsSync('/usr/bin/dpkg-query')) {
    return `perl ${join(folder, 'base-image')} | ${engine.program} import - ${LOCAL_BASE}`
  }
  return `${engine.program} build --build-arg BASE=<a Debian image> --tag ${imageName()} - < ${join(folder, 'Dockerfile')}`
}

function dockerfile(): string {
  return readFileSync(join(packageDirectory(), 'assets', 'docker', 'Dockerfile'), 'utf8')
}
