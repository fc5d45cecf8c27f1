import { expect, test } from 'vitest'
import type { ClientEnd } from './engine-client.ts'
import { type EngineHost, readEngineProblem } from './engine-problem.ts'

const SERVER: EngineHost = {
  platform: 'linux',
  isRoot: false,
  hasApt: true,
  hasSystemd: true,
  hasDaemon: true,
}
const USUAL = 'unix:///var/run/docker.sock'

test.each<[string, Partial<EngineHost>, string | null]>([
  ['with systemd', {}, 'sudo systemctl start docker'],
  ['as root', { isRoot: true }, 'systemctl start docker'],
  ['without systemd', { hasSystemd: false }, 'sudo service docker start'],
  ['with the client alone', { hasDaemon: false }, 'sudo apt-get install -y docker.io'],
  ['with the client alone and no apt', { hasDaemon: false, hasApt: false }, null],
  ['on a Mac', { platform: 'darwin', hasApt: false, hasSystemd: false }, 'open -a Docker'],
])('a daemon that is down is started %s', (_, host, fix) => {
  expect(readEngineProblem(failed(notThereAt(USUAL)), { ...SERVER, ...host })).toEqual({
    problem: 'no-daemon',
    reason: `The program docker is here, but no engine answers it at ${USUAL}`,
    fix,
  })
})

test.each([
  ['tcp://10.0.0.7:2375', notThereAt('tcp://10.0.0.7:2375')],
  [
    'http://10.0.0.7:2375/v1.50/info',
    'error during connect: Get "http://10.0.0.7:2375/v1.50/info": dial tcp 10.0.0.7:2375: connect: connection refused',
  ],
  [
    'ssh://desk.example',
    'error during connect: Get "ssh://desk.example": command [ssh -- desk.example docker system dial-stdio] has exited with exit status 255',
  ],
])('an engine elsewhere, at %s, is not for us to start', (at, words) => {
  expect(readEngineProblem(failed(words), SERVER)).toEqual({
    problem: 'no-daemon',
    reason: `The program docker is here, but no engine answers it at ${at}`,
    fix: null,
  })
})

test('whoever may not speak to the socket joins its group', () => {
  const words = `Got permission denied while trying to connect to the Docker daemon socket at ${USUAL}: dial unix /var/run/docker.sock: connect: permission denied`

  expect(readEngineProblem(failed(words), SERVER)).toEqual({
    problem: 'not-permitted',
    reason: `This user may not speak to docker at ${USUAL}; whoever has been added to its group must log in anew`,
    fix: 'sudo usermod -aG docker "$USER"',
  })
})

test("podman's machine is started where it is a client", () => {
  const words =
    'Cannot connect to Podman. Please verify your connection to the Linux system using `podman system connection list`, or try `podman machine init` and `podman machine start` to manage a new Linux VM\nError: unable to connect to Podman socket: dial tcp 127.0.0.1:49169: connect: connection refused'

  const { problem, fix } = readEngineProblem(failed(words, 'podman'), {
    ...SERVER,
    platform: 'darwin',
  })

  expect({ problem, fix }).toEqual({ problem: 'no-daemon', fix: 'podman machine start' })
})

test('a daemon that hangs is started anew where that is known how', () => {
  const end: ClientEnd = { how: 'timed-out', timeoutMs: 10_000, stderr: '' }
  const fixOn = (host: Partial<EngineHost>): string | null =>
    readEngineProblem(
      { sign: 'failed', program: 'docker', end, errors: [] },
      { ...SERVER, ...host },
    ).fix

  expect([fixOn({}), fixOn({ hasSystemd: false })]).toEqual(['sudo systemctl restart docker', null])
})

test('where nothing is installed, the package is named that a system has', () => {
  const fixOn = (host: Partial<EngineHost>): string | null =>
    readEngineProblem({ sign: 'none' }, { ...SERVER, ...host }).fix

  expect([fixOn({}), fixOn({ isRoot: true }), fixOn({ hasApt: false })]).toEqual([
    'sudo apt-get install -y docker.io',
    'apt-get install -y docker.io',
    null,
  ])
})

test('a program that may not be run is not taken for one that is missing', () => {
  const end: ClientEnd = { how: 'not-started', code: 'EACCES', reason: 'spawn docker EACCES' }

  expect(readEngineProblem({ sign: 'failed', program: 'docker', end, errors: [] }, SERVER)).toEqual(
    {
      problem: 'not-understood',
      reason: 'docker cannot be run: spawn docker EACCES',
      fix: null,
    },
  )
})

function failed(stderr: string, program = 'docker') {
  const end: ClientEnd = { how: 'ended', code: 1, stdout: Buffer.alloc(0), stderr }
  return { sign: 'failed' as const, program, end, errors: [] }
}

function notThereAt(endpoint: string): string {
  return `Cannot connect to the Docker daemon at ${endpoint}. Is the docker daemon running?`
}
