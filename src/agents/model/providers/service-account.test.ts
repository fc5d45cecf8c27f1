import { createVerify, generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test, vi } from 'vitest'
import { HarnessError, UsageError } from '../../../support/errors.ts'
import { SAMPLE_BRIEF, sampleContext } from '../../../testing/agent-contract.ts'
import { bareResources } from '../../../testing/bare-resources.ts'
import { fakeClock } from '../../../testing/fake-clock.ts'
import { modelServer } from '../../../testing/model-server.ts'
import { model } from '../model.ts'
import { readServiceAccount, type ServiceAccount, tokenSource } from './service-account.ts'

afterEach(() => vi.unstubAllEnvs())

const KEYS = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})

function accountAt(url: string): ServiceAccount {
  return {
    type: 'service_account',
    client_email: 'tester@project.iam.gserviceaccount.com',
    private_key: KEYS.privateKey,
    private_key_id: 'key-1',
    token_uri: url,
  }
}

test('a statement signed with its key is exchanged for a token', async () => {
  await using google = await tokenServer()
  const source = tokenSource(accountAt(google.url))

  const token = await source.token(fakeClock())

  expect(token).toBe('token-0123456789-1')
  const sent = new URLSearchParams(google.bodies[0])
  expect(sent.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
  const [head = '', claims = '', signature = ''] = (sent.get('assertion') ?? '').split('.')
  expect(decoded(head)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' })
  expect(decoded(claims)).toEqual({
    iss: 'tester@project.iam.gserviceaccount.com',
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    aud: google.url,
    iat: 1735689600,
    exp: 1735693200,
  })
  const verifier = createVerify('RSA-SHA256').update(`${head}.${claims}`)
  expect(verifier.verify(KEYS.publicKey, signature, 'base64url')).toBe(true)
})

test('one token serves all until shortly before it runs out', async () => {
  await using google = await tokenServer()
  const source = tokenSource(accountAt(google.url))
  const clock = fakeClock()

  const first = await Promise.all([source.token(clock), source.token(clock), source.token(clock)])
  await clock.advance(3_400_000)
  const before = await source.token(clock)
  await clock.advance(100_000)
  const after = await Promise.all([source.token(clock), source.token(clock)])

  expect([...first, before]).toEqual(Array(4).fill('token-0123456789-1'))
  expect(after).toEqual(Array(2).fill('token-0123456789-2'))
  expect(google.bodies).toHaveLength(2)
})

test('what it holds is a secret: the key, the token, and the one before', async () => {
  await using google = await tokenServer()
  const source = tokenSource(accountAt(google.url))
  const clock = fakeClock()
  const held: (readonly string[])[] = [source.secrets()]

  for (const _ of Array(3).keys()) {
    await source.token(clock)
    held.push(source.secrets())
    await clock.advance(3_600_000)
  }

  expect(held).toEqual([
    [KEYS.privateKey],
    [KEYS.privateKey, 'token-0123456789-1'],
    [KEYS.privateKey, 'token-0123456789-1', 'token-0123456789-2'],
    [KEYS.privateKey, 'token-0123456789-2', 'token-0123456789-3'],
  ])
})

test('a refusal stops the run, since it will be the same in every trial', async () => {
  await using google = await tokenServer({ status: () => 400 })

  const asking = tokenSource(accountAt(google.url)).token(fakeClock())

  await expect(asking).rejects.toThrow(
    new HarnessError(
      'Google gave no token for the service account of GOOGLE_APPLICATION_CREDENTIALS: status 400',
      { source: 'agent-api', stopsRun: true },
    ),
  )
  await expect(asking).rejects.toMatchObject({ stopsRun: true })
  expect(google.bodies).toHaveLength(1)
})

test('what may pass is tried again, and then is the failure of that one request', async () => {
  await using google = await tokenServer({ status: (number) => (number === 5 ? 200 : 503) })
  const source = tokenSource(accountAt(google.url))
  const clock = fakeClock()

  await expect(source.token(clock)).rejects.toMatchObject({
    message:
      'Google gave no token for the service account of GOOGLE_APPLICATION_CREDENTIALS: status 503',
    stopsRun: false,
  })
  expect(await source.token(clock)).toBe('token-0123456789-5')
  expect(clock.sleeps).toEqual([1000, 2000, 1000])
})

test.each([
  ['nothing', null],
  ['no JSON', '-----BEGIN'],
  ['a user of gcloud', JSON.stringify({ type: 'authorized_user', refresh_token: 'canary' })],
  [
    'a key that is none',
    JSON.stringify({ ...accountAt('https://a.example'), private_key: 'canary' }),
  ],
])('a file with %s is refused without being repeated', async (_, content) => {
  await using file = await fileWith(content)

  await expect(readServiceAccount(file.path)).rejects.toThrow(
    new UsageError('GOOGLE_APPLICATION_CREDENTIALS must name the JSON file of a service account'),
  )
})

test('Vertex is asked with a token, which no record holds even if the answer repeats it', async () => {
  vi.stubEnv('GOOGLE_VERTEX_API_KEY', 'ambient')
  await using google = await tokenServer()
  await using file = await fileWith(JSON.stringify(accountAt(google.url)))
  await using server = await modelServer({
    policy: () => ({ text: 'You came with token-0123456789-1.' }),
    key: 'token-0123456789-1',
  })
  const agent = await model.open(
    'vertex/gemini-2.5-pro',
    bareResources({
      environment: { GOOGLE_APPLICATION_CREDENTIALS: file.path },
      modelBaseUrl: server.url,
    }),
  )
  const context = sampleContext()

  const turn = await agent.start(SAMPLE_BRIEF, context).next({ kind: 'start' }, context.signal)

  expect(turn.text).toBe('You came with [key].')
  expect(server.requests[0]?.authorization).toBe('Bearer token-0123456789-1')
  expect(server.requests[0]?.headers['x-goog-api-key']).toBeUndefined()
  expect(JSON.stringify([agent, turn])).not.toMatch(/token-0123456789|PRIVATE KEY/)
})

test('nobody waits for a token any longer than for the turn', async () => {
  const asked = Promise.withResolvers<void>()
  await using google = await tokenServer({
    status: () => {
      asked.resolve()
      return 503
    },
  })
  await using file = await fileWith(JSON.stringify(accountAt(google.url)))
  const agent = await model.open(
    'vertex/gemini-2.5-pro',
    bareResources({
      environment: { GOOGLE_APPLICATION_CREDENTIALS: file.path },
      modelBaseUrl: 'http://127.0.0.1:9',
    }),
  )
  const stop = new AbortController()
  const reason = new Error('enough')
  const patience = fakeClock({ skipUpToMs: 0 })
  const context = sampleContext({ clock: patience, signal: stop.signal })
  const turn = agent.start(SAMPLE_BRIEF, context).next({ kind: 'start' }, context.signal)
  await asked.promise

  stop.abort(reason)

  await expect(turn).rejects.toBe(reason)
})

test('Vertex is found by project and place', async () => {
  await using file = await fileWith(
    JSON.stringify(accountAt('https://oauth2.googleapis.com/token')),
  )
  const environment = {
    GOOGLE_APPLICATION_CREDENTIALS: file.path,
    GOOGLE_VERTEX_PROJECT: 'our-project',
  }
  const addressIn = async (place: string): Promise<unknown> => {
    const agent = await model.open(
      'vertex/gemini-2.5-pro',
      bareResources({ environment: { ...environment, GOOGLE_VERTEX_LOCATION: place } }),
    )
    return agent.details['baseUrl']
  }

  const behind = (place: string): string =>
    `v1beta1/projects/our-project/locations/${place}/publishers/google`
  expect(await addressIn('europe-west1')).toBe(
    `https://europe-west1-aiplatform.googleapis.com/${behind('europe-west1')}`,
  )
  expect(await addressIn('global')).toBe(`https://aiplatform.googleapis.com/${behind('global')}`)
  expect(await addressIn('eu')).toBe(`https://aiplatform.eu.rep.googleapis.com/${behind('eu')}`)
})

function decoded(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString())
}

async function fileWith(content: string | null): Promise<AsyncDisposable & { path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'service-account-'))
  const path = join(folder, 'account.json')
  if (content !== null) await writeFile(path, content)
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

/** Grants a token of another name each time. */
async function tokenServer({
  status = (_: number): number => 200,
} = {}): Promise<AsyncDisposable & { url: string; bodies: string[] }> {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    text(request)
      .then((body) => {
        const number = bodies.push(body)
        const answer =
          status(number) === 200
            ? { access_token: `token-0123456789-${number}`, expires_in: 3600 }
            : { error: 'invalid_grant', error_description: body }
        response.writeHead(status(number), { 'content-type': 'application/json' })
        response.end(JSON.stringify(answer))
      })
      .catch((error: Error) => response.destroy(error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/token`,
    bodies,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
