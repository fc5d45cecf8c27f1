import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { sweepTestEngines } from '../../scripts/test-engine.ts'
import { imageName } from '../../src/sandboxes/docker/image.ts'
import { engineForTests } from './engine.ts'

const engine = await engineForTests()

beforeEach(({ skip }) => {
  skip(!engine.available || engine.dockerHost === null, 'no engine is started by hand here')
})

test.each([
  ['ends', 'SIGINT'],
  ['is killed, once the next one looks', 'SIGKILL'],
] as const)('nothing is left of an engine for tests when its owner %s', async (_, signal) => {
  await withOwnEngine(async ({ owner, dockerHost }) => {
    const folder = dirname(dockerHost.replace('unix://', ''))
    const line = 'trap : TERM INT; while :; do sleep 1; done'
    const container = spawnSync(
      'docker',
      ['run', '--detach', '--network', 'none', imageName(), 'bash', '-c', line],
      { env: { ...process.env, DOCKER_HOST: dockerHost }, encoding: 'utf8' },
    )
    expect({ status: container.status, stderr: container.stderr }).toEqual({
      status: 0,
      stderr: '',
    })
    expect(tracesOf(folder).processes).not.toEqual([])

    const gone = once(owner, 'exit')
    owner.kill(signal)
    await gone
    await sweepTestEngines()

    expect(tracesOf(folder)).toEqual({ processes: [], mounts: [], groups: [], folder: false })
  })
})

async function withOwnEngine(
  use: (own: { owner: ChildProcess; dockerHost: string }) => Promise<void>,
): Promise<void> {
  const { DOCKER_HOST: _, ...environment } = process.env
  const owner = spawn(process.execPath, ['scripts/test-engine.ts'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  try {
    const [line] = await once(owner.stdout.setEncoding('utf8'), 'data')
    await use({ owner, dockerHost: String(line).trim().replace('export DOCKER_HOST=', '') })
  } finally {
    owner.kill('SIGKILL')
    await sweepTestEngines()
  }
}

function tracesOf(folder: string) {
  const commands = globSync('/proc/[0-9]*/cmdline').flatMap((path) => {
    try {
      return [readFileSync(path, 'utf8').replaceAll('\0', ' ')]
    } catch {
      return [] // It has ended.
    }
  })
  const name = folder.split('/').at(-1)
  return {
    processes: commands.filter((each) => each.includes(folder)),
    mounts: readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((each) => each.includes(folder)),
    groups: globSync([`/sys/fs/cgroup/${name}`, `/sys/fs/cgroup/*/${name}`]),
    folder: existsSync(folder),
  }
}
