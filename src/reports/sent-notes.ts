import type { RunReport } from '../records/run.ts'
import type { SentNotes } from '../records/view.ts'
import { armKey, cellKey } from '../support/cell-key.ts'
import type { ReportNotes } from './report-notes.ts'

/** What a report says besides its numbers, in a form that can be sent. */
export function sentNotes(notes: ReportNotes, report: Pick<RunReport, 'cells'>): SentNotes {
  const { controlArm, objectArm, instructs, expected, isScripted, ...plain } = notes
  return {
    ...plain,
    traced: { ...notes.traced },
    remarks: [...notes.remarks],
    invalid: notes.invalid.map((group) => ({ ...group, examples: [...group.examples] })),
    cells: report.cells.map((cell) => {
      const told = instructs(cell.arm)
      return {
        controlArm: controlArm(cell.arm),
        objectArm: objectArm(cell.arm),
        ...(told === null ? {} : { instructs: told }),
        expected: expected(cell),
        isScripted: isScripted(cell.agent),
      }
    }),
  }
}

/** The same where it arrives: it answers for the agents and arms of the report's cells, and for no others. */
export function notesOf(sent: SentNotes, report: Pick<RunReport, 'cells'>): ReportNotes {
  const { cells, ...plain } = sent
  const entries = report.cells.flatMap((cell, place) => {
    const answers = cells[place]
    return answers === undefined ? [] : [{ cell, answers }]
  })
  const byArm = new Map(entries.map(({ cell, answers }) => [armKey(cell.arm), answers]))
  const byAgent = new Map(entries.map(({ cell, answers }) => [cell.agent, answers]))
  const byCell = new Map(entries.map(({ cell, answers }) => [cellKey(cell), answers]))
  return {
    ...plain,
    controlArm: (arm) => byArm.get(armKey(arm))?.controlArm ?? null,
    objectArm: (arm) => byArm.get(armKey(arm))?.objectArm ?? null,
    instructs: (arm) => byArm.get(armKey(arm))?.instructs ?? null,
    expected: (cell) => byCell.get(cellKey(cell))?.expected ?? null,
    isScripted: (agent) => byAgent.get(agent)?.isScripted ?? false,
  }
}
