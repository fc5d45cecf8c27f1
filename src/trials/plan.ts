import type { RenderedArm } from '../records/arm.ts'
import type { Cell, Study } from '../records/study.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { hashJson, sha256 } from '../support/hash.ts'
import { type Batch, firstBatch, onlyBatch } from './batch.ts'
import { followedIn, plannedTrials } from './stopping/followed.ts'

/** A cell with what it renders to. */
export interface PlannedCell extends Cell {
  readonly rendered: RenderedArm
  readonly wordingHash: string
  readonly armHash: string
  readonly texts: Readonly<Record<string, string>>
}

/** A cell that is not run, and the one that is run in its place. */
export interface MergedCell extends Cell {
  readonly into: PlannedCell
}

/** A study made concrete: its distinct cells, and its trials in the order in which they are run. */
export interface Plan {
  readonly cells: readonly PlannedCell[]
  /** Cells that were dropped because they render to exactly what another cell of the same agent does. */
  readonly merged: readonly MergedCell[]
  /** Total number of trials; with a stopping rule, the most that it can come to. */
  readonly size: number
  /** All trials; with a stopping rule, those before its first look. */
  readonly first: Batch
}

/** Plans a study: the same study gives the same trials in the same order; with a stopping rule, the same study and outcomes do. */
export function planStudy(study: Study, scenario: Scenario): Plan {
  const texts = { ...scenario.texts, ...study.wording }
  const { cells, merged } = distinctCells(study, scenario, texts)
  // A stopping rule and its looks name cells by their places among those that are run.
  const distinct = { ...study, cells: [...cells] }
  const followed = followedIn(distinct)
  return {
    cells,
    merged,
    size: plannedTrials(distinct),
    first: followed === null ? onlyBatch(study, cells) : firstBatch(distinct, cells, followed),
  }
}

function distinctCells(
  study: Study,
  scenario: Scenario,
  texts: Readonly<Record<string, string>>,
): { cells: PlannedCell[]; merged: MergedCell[] } {
  const known = new Map<string, PlannedCell>()
  const merged: MergedCell[] = []
  for (const cell of study.cells) {
    const planned = planCell(study, scenario, cell, texts)
    const identity = `${cell.agent}|${planned.armHash}`
    const into = known.get(identity)
    if (into === undefined) known.set(identity, planned)
    else merged.push({ ...cell, into })
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
