import type { RenderedArm } from '../../records/arm.ts'
import type { RunReport } from '../../records/run.ts'
import type { Study } from '../../records/study.ts'
import type { TrialRecord } from '../../records/trial.ts'
import type { ArmText } from '../../records/view.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import type { CellCount, RunReader } from '../../store/store.ts'
import { armKey } from '../../support/cell-key.ts'
import { UsageError } from '../../support/errors.ts'
import { hashJson } from '../../support/hash.ts'
import { trialKey } from '../../trials/trial-spec.ts'
import { loadKnownScenario } from '../study/load-scenario.ts'

/**
 * What agents were told in each arm of a run, in the order of its study. It is rendered anew only by a scenario of ours, in the very
 * version that was run, and only if it hashes to what was stored: otherwise it is read off a trial.
 */
export async function gatherArmTexts(reader: RunReader, report: RunReport): Promise<ArmText[]> {
  const { study } = reader.header
  const known = await loadKnownScenario(study.scenario.id)
  const scenario = known?.version === study.scenario.version ? known : null
  const arms = new Map([...study.cells, ...report.cells].map((cell) => [armKey(cell.arm), cell]))
  const texts: ArmText[] = []
  for (const [key, { arm, preset, name = null }] of arms) {
    const places = report.cells.flatMap((cell, place) => (armKey(cell.arm) === key ? [place] : []))
    const stored = places.map((place) => report.cells[place]?.wordingHash).find(Boolean)
    const rendered = scenario === null ? null : renderedArm(scenario, study, arm)
    const hash = rendered === null ? undefined : hashJson(rendered)
    const wordingHash = stored ?? hash
    // Neither run nor to be rendered: nothing is known of it.
    if (wordingHash === undefined) continue
    const isSame = rendered !== null && hash === wordingHash
    texts.push({
      ...{ arm, preset, name, wordingHash, cells: places },
      source: isSame ? 'scenario' : 'trial',
      text: isSame ? rendered : await textInTrial(reader, key),
    })
  }
  return texts
}

/** Null: this version does not render it any more, whatever its number says. */
function renderedArm(scenario: Scenario, study: Study, arm: ArmText['arm']): RenderedArm | null {
  try {
    return scenario.render(arm, study.settings, { ...scenario.texts, ...study.wording })
  } catch (error) {
    if (error instanceof UsageError) return null
    throw error
  }
}

/** Trials that are missing at the beginning of a cell, or ended before they were told anything: there are not many. */
const TRIALS_TRIED = 20

/** What a trial of an arm was told, the first that was told anything. Null: there is none at hand. */
async function textInTrial(reader: RunReader, key: string): Promise<RenderedArm | null> {
  const cells = (await reader.cells()).filter(({ arm }) => armKey(arm) === key)
  for (const cell of cells) {
    const record = await firstToldTrial(reader, cell)
    if (record !== null) return messagesOf(record)
  }
  return null
}

async function firstToldTrial(
  reader: RunReader,
  { agent, armHash }: CellCount,
): Promise<TrialRecord | null> {
  for (let index = 0; index < TRIALS_TRIED; index++) {
    const record = await reader.trialOf(trialKey(agent, armHash, index))
    if (record?.events.some(({ type }) => type === 'message') === true) return record
  }
  return null
}

/** Notices are part of what programs answered: which letters of that are theirs a transcript does not say. */
function messagesOf({ events }: TrialRecord): RenderedArm {
  const said = (role: 'system' | 'user'): string =>
    events
      .flatMap((event) => (event.type === 'message' && event.role === role ? [event.text] : []))
      .join('\n\n')
  const go = events.find((event) => event.type === 'continue')
  return {
    system: said('system'),
    user: said('user'),
    continueMessage: go?.text ?? '',
    notices: {},
  }
}
