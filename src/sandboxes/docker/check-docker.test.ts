import { chmodSync, mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../support/clock.ts'

// What was found is kept for the life of a process: each test starts with nothing found.
beforeEach(() => {
  vi.resetModules()
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.resetModules()
})

test('where nothing is installed, doctor says so and what to install', async () => {
  const found = await checkWith({})

  expect({ ...found, fix: null, capabilities: null }).toEqual({
    available: false,
    reason: 'Neither docker nor podman is installed',
    fix: null,
    capabilities: null,
    details: {},
    hold: null,
  })
  expect([null, 'apt-get install -y docker.io', 'sudo apt-get install -y docker.io']).toContain(
    found.fix,
  )
})

test('where no image can be had, doctor says why and which command makes one', async () => {
  const found = await checkWith({
    docker: `case "$1" in
      info) echo '{"ServerVersion":"28.0.0","OSType":"linux","Architecture":"x86_64","ID":"x","Name":"vm"}' ;;
      image) echo '[]'; exit 1 ;;
      build) echo 'dial tcp: lookup registry-1.docker.io: no such host' >&2; exit 1 ;;
    esac`,
  })

  expect({ available: found.available, reason: found.reason, fix: found.fix }).toEqual({
    available: false,
    reason:
      'The image of worlds cannot be built on docker.io/library/debian:bookworm-slim: dial tcp: lookup registry-1.docker.io: no such host',
    fix: expect.stringMatching(/assets\/docker\/base-image \| docker import|docker build/),
  })
})

test('a check that is broken off has found nothing out', async () => {
  const signal = AbortSignal.abort(new Error('enough'))

  await expect(checkWith({ docker: 'exec /bin/sleep 1000' }, signal)).rejects.toThrow('enough')
})

/** What the check finds on a machine that has these programs and no others; it is asked once in a process. */
async function checkWith(
  programs: Readonly<Record<string, string>>,
  signal = new AbortController().signal,
) {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'offswitch-programs-'))
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder.path, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(folder.path, name), 0o755)
  }
  vi.stubEnv('PATH', folder.path)
  const { checkDocker } = await import('./check-docker.ts')
  return await checkDocker({ clock: systemClock(), signal })
}
