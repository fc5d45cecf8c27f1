import type { z } from 'zod'
import { TrialRecord, TrialSpec, type TrialSummary } from '../records/trial.ts'
import { damaged } from './store-error.ts'

const OWN = { key: true, number: true, index: true, seed: true } as const

/** What all trials of a cell have in common. */
export const CellPart = TrialSpec.omit(OWN)
export type CellPart = z.infer<typeof CellPart>

/** What the backend and the agent say of themselves: seldom differs within a run. */
export const DescriptionPart = TrialRecord.pick({ capabilities: true, agentDetails: true })
export type DescriptionPart = z.infer<typeof DescriptionPart>

/** What is a trial's own, without its transcript. */
export const OwnPart = TrialRecord.omit({
  spec: true,
  capabilities: true,
  agentDetails: true,
  events: true,
}).extend({ spec: TrialSpec.pick(OWN) })
export type OwnPart = z.infer<typeof OwnPart>

/** A record in the parts in which it is stored. {@link joinSummary} puts them together again. */
export interface RecordParts {
  readonly cell: CellPart
  readonly description: DescriptionPart
  readonly own: OwnPart
}

/** @throws UsageError if it is no cell. */
export function parseCell(file: string, content: string): CellPart {
  try {
    return CellPart.parse(JSON.parse(content))
  } catch (error) {
    throw damaged(file, 'one of its cells cannot be read', error)
  }
}

export function splitSummary(summary: TrialSummary): RecordParts {
  const { spec, capabilities, agentDetails, ...own } = summary
  const { key, number, index, seed, ...cell } = spec
  return {
    cell,
    description: { capabilities, agentDetails },
    own: { ...own, spec: { key, number, index, seed } },
  }
}

export function joinSummary({ cell, description, own }: RecordParts): TrialSummary {
  return { ...own, ...description, spec: { ...cell, ...own.spec } }
}
