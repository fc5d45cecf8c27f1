import { existsSync } from 'node:fs'
import { platform } from 'node:process'
import type { ClientEnd } from './engine-client.ts'

export type EngineKind = 'docker' | 'podman'

export const ENGINE_PROBLEM_KINDS = [
  /** Neither program is installed. */
  'no-program',
  /** The program is there, and what it speaks to is not. */
  'no-daemon',
  /** This user may not speak to it. */
  'not-permitted',
  /** It is there and says nothing. */
  'no-answer',
  'too-old',
  /** It runs containers of another system than Linux. */
  'not-linux',
  /** What came back fits nothing of the above. */
  'not-understood',
] as const

/** Why there is no engine here, in plain words, and the one command that mends it, where there is one. */
export interface EngineProblem {
  readonly problem: (typeof ENGINE_PROBLEM_KINDS)[number]
  readonly reason: string
  readonly fix: string | null
}

/** What was seen where an engine was looked for. */
export type EngineSign =
  | { readonly sign: 'none' }
  | {
      readonly sign: 'old'
      readonly kind: EngineKind
      readonly version: string
      readonly oldest: number
    }
  | { readonly sign: 'foreign'; readonly program: string; readonly system: string }
  | {
      readonly sign: 'failed'
      readonly program: string
      readonly end: ClientEnd
      /** What the engine has put into an answer that is otherwise whole. */
      readonly errors: readonly string[]
    }

/** What decides which command mends it. */
export interface EngineHost {
  readonly platform: string
  readonly isRoot: boolean
  readonly hasApt: boolean
  readonly hasSystemd: boolean
  /** Docker's own daemon is installed; its client may stand alone. */
  readonly hasDaemon: boolean
}

export function engineHost(): EngineHost {
  return {
    platform,
    isRoot: process.getuid?.() === 0,
    hasApt: existsSync('/usr/bin/apt-get'),
    hasSystemd: existsSync('/run/systemd/system'),
    hasDaemon: ['/usr/sbin', '/usr/bin', '/usr/local/bin', '/usr/local/sbin'].some((folder) =>
      existsSync(`${folder}/dockerd`),
    ),
  }
}

/** Reads what a client that found no engine said. Clients and their versions have words of their own. */
export function readEngineProblem(sign: EngineSign, host: EngineHost): EngineProblem {
  switch (sign.sign) {
    case 'none':
      return noProgram(host)
    case 'old':
      return {
        problem: 'too-old',
        reason: `${sign.kind} ${sign.version} is too old: ${sign.oldest} is the first that will do`,
        fix: null,
      }
    case 'foreign':
      return {
        problem: 'not-linux',
        reason: `${sign.program} runs containers of ${sign.system || 'an unknown system'} here, not of Linux`,
        fix: null,
      }
    case 'failed':
      return readFailure(sign, host)
    default:
      return sign satisfies never
  }
}

function noProgram(host: EngineHost): EngineProblem {
  return {
    problem: 'no-program',
    reason: 'Neither docker nor podman is installed',
    fix: host.hasApt ? asRoot('apt-get install -y docker.io', host) : null,
  }
}

function readFailure(
  { program, end, errors }: Extract<EngineSign, { sign: 'failed' }>,
  host: EngineHost,
): EngineProblem {
  if (end.how === 'not-started') {
    return end.code === 'ENOENT'
      ? noProgram(host)
      : { problem: 'not-understood', reason: `${program} cannot be run: ${end.reason}`, fix: null }
  }
  if (end.how === 'timed-out') {
    return {
      problem: 'no-answer',
      reason: `${program} does not answer: nothing within ${end.timeoutMs} ms`,
      fix:
        host.hasSystemd && program === 'docker' ? asRoot('systemctl restart docker', host) : null,
    }
  }
  if (end.how !== 'ended') {
    return {
      problem: 'not-understood',
      reason: `${program} printed too much, or was broken off`,
      fix: null,
    }
  }
  const words = [...errors, end.stderr].join('\n')
  const at = ENDPOINT.exec(words)?.[0] ?? null
  const endpoint = at === null ? '' : ` at ${at}`
  if (NOT_PERMITTED.test(words)) {
    return {
      problem: 'not-permitted',
      reason: `This user may not speak to ${program}${endpoint}; whoever has been added to its group must log in anew`,
      fix: isUsual(at) ? 'sudo usermod -aG docker "$USER"' : null,
    }
  }
  if (NOT_THERE.test(words)) {
    return {
      problem: 'no-daemon',
      reason: `The program ${program} is here, but no engine answers it${endpoint}`,
      fix: startFix(program, at, host),
    }
  }
  const said = words.trim().split('\n').at(-1) || `nothing that is understood (exit ${end.code})`
  return { problem: 'not-understood', reason: `${program} does not work here: ${said}`, fix: null }
}

/** Written by docker's client, by Docker Desktop's on Windows, by ssh behind either, and by podman's where it is a client. */
const NOT_THERE =
  /cannot connect to the docker daemon|error during connect|is the docker daemon running|connection refused|no such host|cannot connect to podman|unable to connect to podman/i
const NOT_PERMITTED = /connect[^\n]*permission denied|permission denied[^\n]*connect/i
const ENDPOINT = /\b(?:unix|tcp|ssh|npipe|https?):\/\/[^\s"']+?(?=[.:,;]?(?:\s|$|["']))/

function startFix(program: string, at: string | null, host: EngineHost): string | null {
  if (program === 'podman') return 'podman machine start'
  if (host.platform === 'darwin') return 'open -a Docker'
  // Somebody has named another engine; whether and how that is started is not known here.
  if (host.platform !== 'linux' || !isUsual(at)) return null
  if (!host.hasDaemon) return noProgram(host).fix
  return asRoot(host.hasSystemd ? 'systemctl start docker' : 'service docker start', host)
}

function isUsual(endpoint: string | null): boolean {
  return endpoint === null || /^unix:\/\/(\/var)?\/run\/docker\.sock$/.test(endpoint)
}

function asRoot(command: string, { isRoot }: EngineHost): string {
  return isRoot ? command : `sudo ${command}`
}
