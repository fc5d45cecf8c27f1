import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { env, kill } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTestEngine, stopTestEngine, testEngineFolder } from '../../scripts/test-engine.ts'
import { allPids, lookAt, stringsOf } from '../../src/sandboxes/world/host-processes.ts'

/** An engine that no other test uses, whose daemon may be killed. */
export interface OwnEngine extends AsyncDisposable {
  readonly dockerHost: string
  /** SIGKILL for the daemon alone: its helpers and containers go on. */
  killDaemon(): Promise<void>
  startDaemon(): Promise<void>
  /** Starts another daemon like this one, with its data below a folder. It ends with this one. */
  startTwin(folder: string): Promise<string>
  /** What runs in its containers, as command lines. */
  inContainers(): string[]
}

const PATIENCE_MS = 30_000

/** @returns why none can be had, where that is so */
export async function startOwnEngine(): Promise<OwnEngine | string> {
  // The machine's own would else be taken.
  env.DOCKER_HOST = 'unix:///nowhere/socket'
  const folder = testEngineFolder()
  const started = await startTestEngine(folder)
  if (!started.available || started.dockerHost === null) {
    await stopTestEngine(folder)
    return started.available ? 'podman answers in its place' : started.reason
  }
  const { dockerHost } = started
  const daemon = (): number => Number(readFileSync(join(folder, 'pid'), 'utf8'))
  const command = stringsOf(daemon(), 'cmdline')
  return {
    dockerHost,
    killDaemon: async () => {
      const pid = daemon()
      kill(pid, 'SIGKILL')
      while (lookAt(pid) !== null) await sleep(2)
    },
    startDaemon: async () => {
      // Dead helpers that nobody has noticed yet count as living with those who only ask for their ids.
      for (const file of ['pid', 'run/containerd/containerd.pid']) {
        rmSync(join(folder, file), { force: true })
      }
      await start(command, join(folder, 'pid'))
    },
    startTwin: async (twin) => {
      mkdirSync(twin, { recursive: true })
      const socket = join(twin, 'socket')
      const settings = join(folder, 'settings.json')
      await start(
        command.map((each) =>
          each === settings ? each : each.replaceAll(`${folder}/`, `${twin}/`),
        ),
        join(twin, 'pid'),
      )
      return `unix://${socket}`
    },
    inContainers: () =>
      allPids()
        .filter((pid) => groupsOf(pid).includes(`/${folder.split('/').at(-1)}/`))
        .map((pid) => stringsOf(pid, 'cmdline').join(' ')),
    [Symbol.asyncDispose]: () => stopTestEngine(folder),
  }
}

/** Until it answers. */
async function start(command: readonly string[], pidFile: string): Promise<void> {
  const [program = '', ...args] = command
  const path = [env.PATH, '/usr/sbin', '/sbin'].join(':')
  const child = spawn(program, args, {
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...env, PATH: path },
  })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  const endMs = performance.now() + PATIENCE_MS
  while (!existsSync(pidFile) || !log.includes('API listen on')) {
    if (performance.now() > endMs || child.exitCode !== null) {
      throw new Error(`dockerd does not start: ${log.slice(-500)}`)
    }
    await sleep(20)
  }
  child.unref()
}

function groupsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8')
  } catch {
    return '' // It has ended.
  }
}
