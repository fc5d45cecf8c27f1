import type { Judgement } from '../../records/label.ts'
import type { TrialRecord } from '../../records/trial.ts'
import type { ViewedTrial } from '../../records/view.ts'
import type { RunReader } from '../../store/store.ts'
import type { CommandContext } from '../command-context.ts'
import { withoutExchanges } from './viewed-trial.ts'

/** One trial as its page and a report show it, without secrets. Null: it is not stored. @throws UsageError where it is damaged */
export async function readViewedTrial(
  ...asked: Parameters<typeof readTrial>
): Promise<ViewedTrial | null> {
  return (await readTrial(...asked))?.viewed ?? null
}

/** The same, and the whole record that it was made of. */
export interface ReadTrial {
  readonly viewed: ViewedTrial
  readonly record: TrialRecord
}

export async function readTrial(
  reader: RunReader,
  number: number,
  { name, redact }: { readonly name: string; readonly redact: CommandContext['redact'] },
): Promise<ReadTrial | null> {
  const stored = await reader.trial(number)
  if (stored === null) return null
  const judgements: Judgement[] = []
  for await (const judgement of reader.judgements(number)) judgements.push(judgement)
  const readerNotes = await reader.notes(number)
  // Redacted here too: the run may have been stored where nobody knew of the secrets of this place.
  const record = redact(stored)
  const beside = redact({ run: name, judgements, readerNotes })
  return { record, viewed: { ...beside, ...withoutExchanges(record) } }
}
