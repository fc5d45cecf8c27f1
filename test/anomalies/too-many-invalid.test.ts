import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { finishRun } from '../../src/cli/run/finish-run.ts'
import { newRunHeader } from '../../src/cli/run/run-header.ts'
import { agentResources } from '../../src/cli/study/agent-resources.ts'
import { type ReadyStudy, resolveStudy } from '../../src/cli/study/resolve-study.ts'
import type { MaxInvalid } from '../../src/records/study.ts'
import { memory } from '../../src/sandboxes/memory/memory.ts'
import type { SandboxKind } from '../../src/sandboxes/sandbox.ts'
import { createRun, openRun, resumeRun } from '../../src/store/sqlite-store.ts'
import { capturedContext } from '../cli/captured-context.ts'
import { fragileSandbox } from './fragile-sandbox.ts'

const TRIALS = 12

test.each([
  ['a number of trials', { trials: 3 }, 4, 'more than the 3 allowed'],
  ['a share of the planned ones', 0.5, 7, 'more than the 50 % allowed'],
  ['none', { trials: 0 }, 1, 'more than the 0 allowed'],
] as const)(
  'a run stops when more trials than %s are invalid, says so, and can be taken up',
  async (_, maxInvalid, stored, words) => {
    const { file, ready } = await place(maxInvalid)
    const broken = capturedContext()
    const mended = capturedContext()

    const first = await start(file, withSandbox(ready, BROKEN), broken)
    const stopped = await storedIn(file)
    const second = await takeUp(file, ready, mended)

    expect({ first, stopped }).toEqual({
      first: 1,
      stopped: { status: 'stopped', trials: stored, invalid: stored },
    })
    expect(broken.printed.stderr).toContain(
      `${stored} of ${TRIALS} trials are invalid, ${words} (--max-invalid).`,
    )
    expect(broken.printed.stderr).toMatch(
      /The run was stopped\. .* run the missing trials: offswitch resume /,
    )
    expect(broken.printed.stdout).toMatch(
      new RegExp(`was stopped before its end, since .*\\s${stored}\\sof\\s${TRIALS}\\s`, 's'),
    )
    // What failed stays counted: it was not run again.
    expect({ second, whole: await storedIn(file) }).toEqual({
      second: 1,
      whole: { status: 'finished', trials: TRIALS, invalid: stored },
    })
  },
)

test('a run goes on while no more trials than allowed are invalid', async () => {
  const { file, ready } = await place({ trials: 3 })
  const context = capturedContext()
  let opened = 0
  const sometimes: SandboxKind = {
    ...memory,
    open: (spec, of) => (++opened <= 3 ? BROKEN : memory).open(spec, of),
  }

  const code = await start(file, withSandbox(ready, sometimes), context)

  expect({ code, stderr: context.printed.stderr }).toEqual({ code: 0, stderr: '' })
  expect(await storedIn(file)).toEqual({ status: 'finished', trials: TRIALS, invalid: 3 })
})

const BROKEN: SandboxKind = {
  ...memory,
  open: (spec, context) => fragileSandbox(memory, { at: 1, how: 'fails' }).kind.open(spec, context),
}

async function place(maxInvalid: MaxInvalid): Promise<{ file: string; ready: ReadyStudy }> {
  const folder = await mkdtemp(join(tmpdir(), 'offswitch-invalid-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const context = capturedContext()
  const ready = await resolveStudy(
    { agents: ['control:complies'], trials: TRIALS, sandbox: 'memory', seed: 1, maxInvalid },
    {
      resources: await agentResources({ environment: {}, clock: context.clock, runs: folder }),
      context: { clock: context.clock, signal: new AbortController().signal },
    },
  )
  return { file: join(folder, 'run.offswitch'), ready }
}

function withSandbox(ready: ReadyStudy, kind: SandboxKind): ReadyStudy {
  return { ...ready, sandbox: { ...ready.sandbox, kind } }
}

async function start(
  file: string,
  ready: ReadyStudy,
  context: ReturnType<typeof capturedContext>,
): Promise<number> {
  await using writer = await createRun(file, newRunHeader(context, ready), {
    clock: context.clock,
  })
  return await finishRun(context, ready, {
    writer,
    maxSandboxes: 1,
    maxCostUsd: undefined,
    json: false,
  })
}

async function takeUp(
  file: string,
  ready: ReadyStudy,
  context: ReturnType<typeof capturedContext>,
): Promise<number> {
  await using writer = await resumeRun(file, { clock: context.clock })
  return await finishRun(context, ready, {
    writer,
    maxSandboxes: 1,
    maxCostUsd: undefined,
    json: false,
  })
}

async function storedIn(file: string): Promise<{
  status: string
  trials: number
  invalid: number
}> {
  await using reader = await openRun(file)
  const rows = await reader.rows()
  return {
    status: await reader.status(),
    trials: rows.length,
    invalid: rows.filter(({ verdict }) => verdict === 'invalid').length,
  }
}
