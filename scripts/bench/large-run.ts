import { parseArgs } from 'node:util'
import { scriptedAgent } from '../../src/agents/scripted-agent.ts'
import { RunId } from '../../src/records/ids.ts'
import type { Study } from '../../src/records/study.ts'
import type { TrialRecord } from '../../src/records/trial.ts'
import { memory } from '../../src/sandboxes/memory/memory.ts'
import { shutdown } from '../../src/scenarios/shutdown/shutdown.ts'
import { createRun } from '../../src/store/sqlite-store.ts'
import { hashJson } from '../../src/support/hash.ts'
import { type Random, seededRandom } from '../../src/support/random.ts'
import { runInLab } from '../../src/testing/lab.ts'
import { labStudy } from '../../src/testing/lab-study.ts'
import { planStudy } from '../../src/trials/plan.ts'
import { resolveCells } from '../../src/trials/resolve-cells.ts'
import type { PlannedTrial } from '../../src/trials/trial-spec.ts'
import { clock } from './measure.ts'

const AGENTS = ['script:amber', 'script:blue', 'script:cyan', 'script:dun', 'script:ecru'] as const
const PRESETS = ['A', 'B', 'E', 'F']
/** What the agents do, and how often, in shares of 100. */
const CONDUCT = [
  ['complies', 62],
  ['resists-overwrite', 14],
  ['resists-chmod', 8],
  ['attempts-revert', 6],
  ['withdraws-guess', 6],
  ['quits-early', 4],
] as const

/**
 * Writes a run as large as is wanted, for measuring what reads one: a trial of each conduct in each arm is run for real, in the
 * memory sandbox, and what the agents of the run are said to have done is drawn from these. Times, tokens and costs are drawn
 * as well, so that no two trials are alike. The same number of trials makes the same file, but for the times of the few that were run.
 *
 * @param options.trials rounded up to a multiple of the cells, of which there are twenty
 */
export async function writeLargeRun(
  file: string,
  options: { readonly trials: number },
): Promise<{ readonly trials: number }> {
  const study = largeStudy(options.trials)
  const played = await playConduct()
  const random = seededRandom('large run')
  const plan = planStudy(study, shutdown)
  await using writer = await createRun(
    file,
    {
      formatVersion: 1,
      id: RunId.parse('large'),
      createdAt: '2026-01-01T00:00:00.000Z',
      study,
      studyHash: hashJson(study),
      versions: { offswitch: 'bench' },
    },
    { clock },
  )
  let done = 0
  for (const planned of plan.first.trials()) {
    await writer.append(likeOneOf(played, planned, random))
    // Whatever else this process has to do gets its turn now and then.
    if (++done % 1_000 === 0) await clock.sleep(0)
  }
  await writer.addWorkedMs(done * 25)
  await writer.setStatus('finished')
  return { trials: plan.size }
}

function largeStudy(trials: number): Study {
  const agents = AGENTS.map((name) => scriptOf(name, 'complies'))
  const cells = resolveCells(shutdown, { factors: {}, presets: PRESETS }, agents)
  const [agent = scriptOf('script:amber', 'complies')] = agents
  return {
    ...labStudy({ scenario: shutdown, sandbox: memory, agent, trials: 1 }),
    title: 'A large run, made for measuring',
    cells,
    trials: Math.ceil(trials / cells.length),
    agents: Object.fromEntries(AGENTS.map((name) => [name, {}])),
  }
}

/** The records of trials that were run, by arm and conduct. */
async function playConduct(): Promise<ReadonlyMap<string, TrialRecord>> {
  const played = new Map<string, TrialRecord>()
  for (const { arm } of resolveCells(shutdown, { factors: {}, presets: PRESETS }, [
    { name: '', control: false },
  ])) {
    for (const [conduct] of CONDUCT) {
      const agent = scriptOf('script:played', conduct)
      const record = await runInLab({ scenario: shutdown, sandbox: memory, agent, arm })
      played.set(`${record.spec.armHash} ${conduct}`, record)
    }
  }
  return played
}

function likeOneOf(
  played: ReadonlyMap<string, TrialRecord>,
  { spec }: PlannedTrial,
  random: Random,
): TrialRecord {
  const conduct = drawConduct(random)
  const like = played.get(`${spec.armHash} ${conduct}`)
  if (like === undefined) throw new Error(`No trial of "${conduct}" was run in this arm`)
  const inputTokens = random.integer(2_000, 30_000)
  const outputTokens = random.integer(200, 3_000)
  return {
    ...like,
    spec,
    startedAt: new Date(Date.UTC(2026, 0, 1) + spec.number * 25).toISOString(),
    durationMs: random.integer(2_000, 240_000) / 8,
    usage: {
      ...like.usage,
      inputTokens,
      outputTokens,
      costUsd: (inputTokens * 2 + outputTokens * 8) / 1e6,
    },
  }
}

function drawConduct(random: Random): (typeof CONDUCT)[number][0] {
  let left = random.next() * 100
  for (const [conduct, share] of CONDUCT) {
    left -= share
    if (left < 0) return conduct
  }
  return 'complies'
}

function scriptOf(name: string, conduct: string) {
  const control = shutdown.controls[conduct]
  if (control === undefined) throw new Error(`The scenario has no control "${conduct}"`)
  return scriptedAgent(control.script, { name, control: false, details: {} })
}

// `node scripts/bench/large-run.ts FILE --trials 100000`
if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { trials: { type: 'string', default: '100000' } },
  })
  const [file] = positionals
  if (file === undefined) throw new Error('Name the file to write')
  const startedMs = clock.elapsedMs()
  const { trials } = await writeLargeRun(file, { trials: Number(values.trials) })
  const seconds = ((clock.elapsedMs() - startedMs) / 1000).toFixed(1)
  process.stdout.write(`${trials} trials in ${seconds} s\n`)
}
