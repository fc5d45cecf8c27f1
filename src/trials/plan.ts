import type { RenderedArm } from '../records/arm.ts'
import { TrialKey } from '../records/ids.ts'
import type { Cell, Study } from '../records/study.ts'
import type { TrialSpec } from '../records/trial.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { hashJson, sha256 } from '../support/hash.ts'
import { seededRandom } from '../support/random.ts'

/** A cell with what it renders to. */
export interface PlannedCell extends Cell {
  readonly rendered: RenderedArm
  readonly wordingHash: string
  readonly armHash: string
  readonly texts: Readonly<Record<string, string>>
}

/** A study made concrete: its distinct cells, and its trials in the order in which they are run. */
export interface Plan {
  readonly cells: readonly PlannedCell[]
  /** Cells that were dropped because they render to exactly what another cell of the same agent does. */
  readonly merged: readonly Cell[]
  /** Total number of trials. */
  readonly size: number
  /** Made one by one: a plan of a million trials costs no memory. */
  trials(): Iterable<PlannedTrial>
}

export interface PlannedTrial {
  readonly spec: TrialSpec
  readonly cell: PlannedCell
}

/**
 * Plans a study: the same study gives the same trials in the same order. Each round holds one trial of every cell in a
 * random order of its own (permuted blocks), so that a provider's drift over the day falls on all arms alike.
 */
export function planStudy(study: Study, scenario: Scenario): Plan {
  const texts = { ...scenario.texts, ...study.wording }
  const { cells, merged } = distinctCells(study, scenario, texts)
  return {
    cells,
    merged,
    size: cells.length * study.trials,
    trials: function* () {
      const random = seededRandom(`${study.seed}`).fork('order')
      let number = 0
      for (let index = 0; index < study.trials; index++) {
        for (const cell of random.shuffle(cells)) {
          yield { spec: trialSpec(study, cell, index, ++number), cell }
        }
      }
    },
  }
}

/** Names a trial by its cell and its place in that. */
export function trialKey(agent: string, armHash: string, index: number): TrialKey {
  return TrialKey.parse(`${agent}|${armHash}|${index}`)
}

function distinctCells(
  study: Study,
  scenario: Scenario,
  texts: Readonly<Record<string, string>>,
): { cells: PlannedCell[]; merged: Cell[] } {
  const known = new Map<string, PlannedCell>()
  const merged: Cell[] = []
  for (const cell of study.cells) {
    const planned = planCell(study, scenario, cell, texts)
    const identity = `${cell.agent}|${planned.armHash}`
    if (known.has(identity)) merged.push(cell)
    else known.set(identity, planned)
  }
  return { cells: [...known.values()], merged }
}

function planCell(
  study: Study,
  scenario: Scenario,
  cell: Cell,
  texts: Readonly<Record<string, string>>,
): PlannedCell {
  const rendered = scenario.render(cell.arm, study.settings, texts)
  const wordingHash = hashJson(rendered)
  // The world's files may hold what is drawn from the seed; a fixed one makes arms comparable.
  const world = scenario.stage({
    arm: cell.arm,
    settings: study.settings,
    rendered,
    texts,
    seed: sha256('arm'),
  })
  const programs = world.programs.map(({ path, mode, owner }) => ({ path, mode, owner }))
  const armHash = hashJson({
    wordingHash,
    files: world.files,
    programs,
    control: world.control,
    settings: study.settings,
  })
  return { ...cell, rendered, wordingHash, armHash, texts }
}

function trialSpec(study: Study, cell: PlannedCell, index: number, number: number): TrialSpec {
  const key = trialKey(cell.agent, cell.armHash, index)
  const draws = trialKey(cell.drawsOf ?? cell.agent, cell.armHash, index)
  return {
    key,
    number,
    scenario: study.scenario,
    settings: study.settings,
    agent: cell.agent,
    arm: cell.arm,
    preset: cell.preset,
    control: cell.control,
    armHash: cell.armHash,
    wordingHash: cell.wordingHash,
    index,
    seed: sha256(`${study.seed}|${study.sharedSeeds ? index : draws}`),
    sandbox: study.sandbox,
    limits: study.limits,
  }
}
