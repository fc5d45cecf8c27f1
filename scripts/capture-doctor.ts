// Runs `offswitch doctor` in the places that docs/sandboxes.md shows and writes there what it says. As root on a Debian with
// bubblewrap, uidmap and docker.io; the places are mount namespaces and containers, and nothing of them is left.
import { spawnSync } from 'node:child_process'
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestEngine, stopTestEngine, testEngineFolder } from './test-engine.ts'

const PAGE = 'docs/sandboxes.md'
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'.split(':')
const ENGINES = ['docker', 'podman']
const DOCTOR = [
  '/srv/offswitch/node_modules/.bin/node',
  '/srv/offswitch/bin/offswitch.js',
  'doctor',
]
/** A user such as `adduser` makes. */
const ADA = 1000
const IMAGE = 'offswitch-place'

/** What stands between its markers in the page. */
interface Capture {
  readonly name: string
  take(folder: string): string
}

const CAPTURES: readonly Capture[] = [
  { name: 'root', take: (folder) => takeHere(folder, 'root') },
  { name: 'plain-user', take: (folder) => takeHere(folder, 'ada') },
  { name: 'no-bubblewrap', take: (folder) => takeHere(folder, 'root', ['bwrap']) },
  { name: 'no-docker', take: (folder) => takeHere(folder, 'ada', ENGINES) },
  { name: 'container-root', take: () => takeInContainer(0) },
  { name: 'container-user', take: () => takeInContainer(ADA) },
]

if (process.getuid?.() !== 0) throw new Error('Run it as root: it makes places to run in.')
const folder = mkdtempSync(join(tmpdir(), 'places-'))
const engineFolder = testEngineFolder()
try {
  const engine = await startTestEngine(engineFolder)
  if (!engine.available) throw new Error(`No engine: ${engine.reason}`)
  preparePlaces(folder, engine.dockerHost?.replace(/^unix:\/\//, '') ?? '/var/run/docker.sock')
  let page = readFileSync(PAGE, 'utf8')
  for (const { name, take } of CAPTURES) page = replaceCapture(page, name, take(folder))
  writeFileSync(PAGE, page)
} finally {
  await stopTestEngine(engineFolder)
  rmSync(folder, { recursive: true, force: true })
}

/** Puts what was captured between the markers that bear its name. */
function replaceCapture(page: string, name: string, captured: string): string {
  const [begin, end] = [`<!-- captured: ${name} -->\n`, '<!-- end of capture -->']
  const from = page.indexOf(begin)
  const to = page.indexOf(end, from)
  if (from < 0 || to < 0) throw new Error(`${PAGE} has no place for the capture "${name}"`)
  // What a builder of kernels has added to a version tells a reader nothing.
  const plain = captured.replaceAll(release(), release().split('-')[0] ?? '')
  const text = `\`\`\`text\n$ offswitch doctor\n${plain.trimEnd()}\n\`\`\`\n`
  return page.slice(0, from + begin.length) + text + page.slice(to)
}

/** Files that the places show instead of this machine's own: two users, and an engine where engines are. */
function preparePlaces(folder: string, socket: string): void {
  const users = readFileSync('/etc/passwd', 'utf8').split('\n')
  const kept = users.filter((line) => /^(root|nobody|offswitch-sandbox):/.test(line))
  const write = (name: string, lines: readonly string[]): void =>
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
  write('passwd', [...kept, `ada:x:${ADA}:${ADA}::/home/ada:/bin/bash`])
  write('group', ['root:x:0:', 'nogroup:x:65534:', `ada:x:${ADA}:`])
  write('subordinates', ['offswitch-sandbox:100000:65536', 'ada:165536:65536'])
  writeFileSync(
    join(folder, 'enter'),
    `mount -t tmpfs none /srv && mkdir /srv/offswitch && mount --bind . /srv/offswitch
    mount -t tmpfs none /home && mkdir /home/ada && chown ${ADA}:${ADA} /home/ada
    mount --bind ${folder}/passwd /etc/passwd && mount --bind ${folder}/group /etc/group
    mount --bind ${folder}/subordinates /etc/subuid && mount --bind ${folder}/subordinates /etc/subgid
    mkdir ${folder}/engine && mount --bind ${socket.replace(/\/[^/]*$/, '')} ${folder}/engine
    mount -t tmpfs none /run && touch /run/docker.sock
    mount --bind ${folder}/engine/${socket.replace(/^.*\//, '')} /run/docker.sock`,
  )
  importPlace(join(folder, 'image'))
}

/** This machine as one of the users sees it, as if some of its programs were not installed. */
function takeHere(folder: string, user: 'root' | 'ada', absent: readonly string[] = []): string {
  // Engines are looked for in the PATH, all else where a system keeps it.
  const masked = absent.filter((program) => !ENGINES.includes(program))
  const masks = masked.map((program) => `mount --bind /dev/null /usr/bin/${program}`)
  const home = user === 'root' ? '/root' : '/home/ada'
  const drop =
    user === 'root'
      ? []
      : ['/usr/bin/setpriv', `--reuid=${ADA}`, `--regid=${ADA}`, '--clear-groups']
  const script = [
    readFileSync(join(folder, 'enter'), 'utf8'),
    ...masks,
    `cd ${user === 'root' ? '/srv' : home}`,
    `exec env -i PATH=${pathWithout(absent)} HOME=${home} "$@"`,
  ].join('\n')
  const entered = ['--mount', '--propagation', 'private', 'sh', '-ec', script, 'sh']
  try {
    return run('unshare', [...entered, ...drop, ...DOCTOR])
  } finally {
    rmSync(join(folder, 'engine'), { recursive: true, force: true })
  }
}

/** A container that is given nothing beyond what any is: the engine's own profile, this machine's programs. */
function takeInContainer(uid: number): string {
  const home = uid === 0 ? '/root' : '/home/ada'
  return run('docker', [
    ...['run', '--rm', '--network', 'none', '--user', `${uid}:${uid}`, '--workdir', home],
    ...['--env', `HOME=${home}`, '--env', `PATH=${pathWithout(ENGINES)}`],
    ...['--volume', '/usr:/usr:ro', '--volume', `${process.cwd()}:/srv/offswitch:ro`],
    ...[IMAGE, ...DOCTOR],
  ])
}

/** The folders that have none of them. */
function pathWithout(programs: readonly string[]): string {
  return PATH.filter((path) => !programs.some((program) => existsSync(join(path, program)))).join(
    ':',
  )
}

/** An image without programs: they are this machine's. */
function importPlace(folder: string): void {
  const names = ['etc', 'home', 'home/ada', 'root', 'srv', 'srv/offswitch', 'tmp', 'usr']
  mkdirSync(folder)
  for (const name of names) mkdirSync(join(folder, name))
  for (const name of ['bin', 'lib', 'lib64', 'sbin']) symlinkSync(`usr/${name}`, join(folder, name))
  chownSync(join(folder, 'home/ada'), ADA, ADA)
  writeFileSync(
    join(folder, 'etc/passwd'),
    `root:x:0:0::/root:/bin/bash\nada:x:${ADA}:${ADA}::/home/ada:/bin/bash\n`,
  )
  writeFileSync(join(folder, 'etc/group'), `root:x:0:\nada:x:${ADA}:\n`)
  const archive = `${folder}.tar`
  run('tar', ['--create', '--numeric-owner', `--file=${archive}`, `--directory=${folder}`, '.'])
  run('docker', ['import', archive, IMAGE])
}

/** @returns what it printed, which holds no path of this machine */
function run(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`)
  for (const path of [process.cwd(), tmpdir()]) {
    if (stdout.includes(path)) throw new Error(`A capture shows ${path}:\n${stdout}`)
  }
  return stdout
}
