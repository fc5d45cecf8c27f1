import { z } from 'zod'
import { WordingFile } from '../../records/study.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import { printable, unknownChoice } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { readYamlFile } from '../../support/read-yaml.ts'
import type { Places } from '../../support/value-fault.ts'

/** Texts that a user puts in place of a scenario's own. */
export interface Wording {
  readonly texts: WordingFile
  /** Does something with the texts; a mistake that turns out then and names one of them is told with its place in the file. */
  naming<T>(work: () => T): T
}

/** Texts that stand in no wording file, but in a study or a run. @throws UsageError for one that the scenario does not have */
export function givenWording(texts: WordingFile, scenario: Scenario, places?: Places): Wording {
  const slots = Object.keys(scenario.texts)
  const unknown = Object.keys(texts).find((slot) => !slots.includes(slot))
  if (unknown !== undefined) {
    throw unknownChoice(`text of scenario "${scenario.id}"`, unknown, slots)
  }
  return {
    texts,
    naming: (work) => {
      try {
        return work()
      } catch (error) {
        const slot = error instanceof UsageError ? slotIn(error, texts) : undefined
        if (!(error instanceof UsageError) || slot === undefined) throw error
        const { message: reason } = error
        throw places?.fault({ path: ['wording', slot], at: 'value', reason }) ?? error
      }
    },
  }
}

/** @throws UsageError for a file that cannot be read, and for texts that the scenario does not have, with the place */
export async function readWording(path: string, scenario: Scenario): Promise<Wording> {
  const slots = Object.keys(scenario.texts).map((slot) => [slot, z.string().min(1).optional()])
  const schema = z.strictObject(Object.fromEntries(slots))
  const { text, value } = await readYamlFile(path, schema, { what: 'wording' })
  const texts = WordingFile.parse(value)
  return {
    texts,
    naming: (work) => {
      try {
        return work()
      } catch (error) {
        if (!(error instanceof UsageError)) throw error
        const { message } = error
        const slot = slotIn(error, texts)
        if (slot === undefined) throw error
        const place = `${printable(path)}:${lineOf(slot, text)}`
        throw new UsageError(`${place}: ${message}`, { ...hintOf(error), cause: error })
      }
    },
  }
}

/** The text that a message is about. */
function slotIn({ message }: UsageError, texts: WordingFile): string | undefined {
  return Object.keys(texts).find((slot) => message.includes(`"${slot}"`))
}

/** Keys of such a file stand at the beginning of a line, bare or in quotes. */
function lineOf(slot: string, text: string): number {
  const lines = text.split('\n')
  return lines.findIndex((line) => line.replace(/^["']/, '').startsWith(slot)) + 1
}

function hintOf({ hint }: UsageError): { hint?: string } {
  return hint === undefined ? {} : { hint }
}
