import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openRun } from '../../src/store/sqlite-store.ts'
import { seededRandom } from '../../src/support/random.ts'
import { complyingModel } from '../../src/testing/model-policies.ts'
import { type ModelServer, modelServer } from '../../src/testing/model-server.ts'
import { countTokens } from '../../src/testing/served-model.ts'
import { workplace } from './workplace.ts'

/** It takes about half a minute, and is not about time. */
const TIMEOUT_MS = 300_000

/** Each kill leaves two trials set aside; what is then left is enough for many more. */
const CAP_USD = 8
const KILLS = 6
const TRIAL_MOST_USD = 0.52
/** A call costs 6 cents at most, and so a trial of eight turns half a dollar; it usually costs a tenth of that. */
const PRICE = { input: 20, output: 80 }
const PRICES = `models:
  - model: openai-compatible/priced
    price: { input: ${PRICE.input}, output: ${PRICE.output} }
    contextTokens: 2000
    maxOutputTokens: 400
`
const REACH = '--model-prices prices.yaml --max-sandboxes 2'

test(
  'a capped run that is killed at many moments and taken up again costs no more than its cap over all sittings',
  async () => {
    const place = await workplace()
    await writeFile(join(place.folder, 'prices.yaml'), PRICES)
    await using provider = await billingServer()
    const reach = `${REACH} --model-base-url ${provider.server.url}`
    const random = seededRandom('capped runs')
    const begun = `run --model openai-compatible/priced --trials 1000 --turn-limit 8 --seed 3 --sandbox memory --max-cost ${CAP_USD} ${reach} --json`
    const resumed = `resume latest ${reach} --json`

    for (let kill = 0; kill < KILLS; kill++) {
      const { child, ended } = place.start(kill === 0 ? begun : resumed)
      await Promise.race([provider.asked(random.integer(1, 40)), ended])
      await sleep(random.integer(0, 30))
      child.kill('SIGKILL')
      expect((await ended).signal).toBe('SIGKILL')
      const { knownUsd } = await moneyIn(place.file())
      // What is in the file by then is all that the provider was paid for, and what it may yet be.
      expect(knownUsd).toBeGreaterThanOrEqual(provider.billedUsd())
      expect(knownUsd).toBeLessThanOrEqual(CAP_USD)
    }
    const last = await place.type(resumed)

    expect({ code: last.code, status: JSON.parse(last.stdout).status }).toEqual({
      ...{ code: 3, status: 'capped' },
    })
    const { knownUsd, verdicts } = await moneyIn(place.file())
    expect(new Set(verdicts)).toEqual(new Set(['complied']))
    expect(provider.billedUsd()).toBeLessThanOrEqual(knownUsd)
    expect(knownUsd).toBeLessThanOrEqual(CAP_USD)
    // Another trial might have cost as much as is left.
    expect(knownUsd).toBeGreaterThan(CAP_USD - TRIAL_MOST_USD)
  },
  TIMEOUT_MS,
)

test('a second Ctrl-C ends a run at once whose provider has asked to be left alone for minutes', async () => {
  const place = await workplace()
  await using server = await modelServer({
    policy: complyingModel,
    fault: () => ({ kind: 'status', status: 429, headers: { 'retry-after': '300' } }),
  })
  const { child, ended } = place.start(
    `run --model openai-compatible/tiny --trials 20 --sandbox memory --model-base-url ${server.url} --json`,
  )
  while (server.requests.length === 0) await sleep(10)

  child.kill('SIGINT')
  await sleep(200)
  const afterOne = child.exitCode
  child.kill('SIGINT')
  const { code, stdout, stderr } = await ended

  expect([afterOne, code, JSON.parse(stdout).status]).toEqual([null, 130, 'interrupted'])
  expect(stderr).toContain('Ctrl-C again ends at once.\nEnding at once.\n')
})

/** A provider that keeps account itself of what it is owed, and breaks off some of its answers. */
async function billingServer() {
  let billedUsd = 0
  const server: ModelServer = await modelServer({
    policy: (conversation) => {
      const turn = complyingModel(conversation)
      const { input, output } = countTokens(turn, conversation)
      billedUsd += (input * PRICE.input + output * PRICE.output) / 1e6
      return turn
    },
    fault: (number) =>
      number % 23 === 0 ? { kind: 'hang-up', when: 'half-way' } : { kind: 'slow', ms: 10 },
  })
  return {
    server,
    billedUsd: () => billedUsd,
    /** Resolves when it was asked so often from now on. */
    asked: async (times: number): Promise<void> => {
      const before = server.requests.length
      while (server.requests.length < before + times) await sleep(2)
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function moneyIn(file: string): Promise<{ knownUsd: number; verdicts: string[] }> {
  await using reader = await openRun(file)
  const { costUsd, unconfirmedUsd } = await reader.usage()
  const verdicts = (await reader.rows()).map(({ verdict }) => verdict)
  return { knownUsd: (costUsd ?? 0) + unconfirmedUsd + (await reader.outsideUsd()), verdicts }
}
