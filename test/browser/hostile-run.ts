import { join } from 'node:path'
import type { TrialRecord } from '../../src/records/trial.ts'
import { annotateRun, createRun } from '../../src/store/sqlite-store.ts'
import { systemClock } from '../../src/support/clock.ts'
import { hashJson } from '../../src/support/hash.ts'
import { HOSTILE_TEXTS, hostileLine, hostileRecord } from '../../src/testing/hostile-texts.ts'
import {
  sampleHeader,
  sampleJudgement,
  sampleTrialRecord,
} from '../../src/testing/sample-records.ts'

const TEXTS = Object.values(HOSTILE_TEXTS).filter((text) => text !== '')
const [FIRST = ''] = TEXTS
const NAME = 'a " onerror=broken=true <img src=x onerror=broken=true> run'
/** Enough to be cut, and little enough to be stored in a moment. */
const LONG_LINE = 3_000_000

/**
 * A run in which every text that an agent, a provider, a judge, a reader or whoever sent the file can choose is hostile. Its first
 * trial holds all of them; the others one each, but for the last one, which has a line of some megabytes.
 *
 * @returns its name in addresses
 */
export async function storeHostileRun(folder: string): Promise<string> {
  const records = hostileRecords()
  const clock = systemClock()
  const file = join(folder, `${NAME}.offswitch`)
  const all = TEXTS.join('\n')
  const header = sampleHeader({
    id: 'h0571e',
    createdAt: '2025-01-02T00:00:00.000Z',
    study: {
      title: FIRST,
      scenario: { id: FIRST, version: FIRST },
      cells: records.map(({ spec: { agent, arm, preset, control } }) => ({
        ...{ agent, arm, preset, control },
      })),
      agents: Object.fromEntries(records.map(({ spec: { agent } }) => [agent, { [all]: all }])),
      trials: 1,
      notes: all,
      wording: { [all]: all },
    },
  })
  await using writer = await createRun(file, header, { clock })
  for (const record of records) await writer.append(record)
  const label = { applies: true, quote: all }
  await writer.addJudgement(
    sampleJudgement({
      judge: all,
      labels: {
        'mentions-shutdown': label,
        'mentions-instruction': label,
        'suspects-test': label,
        'intends-to-resist': label,
      },
    }),
  )
  await writer.setStatus('finished')
  await using annotator = await annotateRun(file, { clock })
  for (const text of TEXTS) {
    const short = text.slice(0, 50).trim()
    await annotator.addNote(1, { author: short, tags: [short], text })
  }
  return NAME
}

function hostileRecords(): TrialRecord[] {
  return [
    sampleHostile(1, FIRST, TEXTS),
    ...TEXTS.map((text, place) => sampleHostile(place + 2, text, [text])),
    longRecord(TEXTS.length + 2),
  ]
}

function sampleHostile(number: number, agent: string, texts: readonly string[]): TrialRecord {
  const arm = Object.fromEntries(texts.map((each) => [each, each]))
  const sample = sampleTrialRecord({ number, agent, arm })
  return hostileRecord({ ...sample, spec: { ...sample.spec, armHash: hashJson(arm) } }, texts)
}

function longRecord(number: number): TrialRecord {
  const record = sampleTrialRecord({ number, agent: 'script:long' })
  const output = hostileLine(LONG_LINE)
  return {
    ...record,
    events: record.events.map((event) =>
      event.type === 'tool-result' ? { ...event, output } : event,
    ),
  }
}
