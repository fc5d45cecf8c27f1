// Prints the budgets that trials must keep, each as a ratio of two things measured in one run: absolute times differ from
// machine to machine. And how long real worlds take to be dead, which must be all of them.
//
// `npm run bench -- --only NAME` measures one row; a wrong name prints the right ones. `npm run bench -- --trials 100000`
// measures the memory sandbox's footprint at full length.
import { parseArgs } from 'node:util'
import { sandboxes } from '../src/sandboxes/catalog.ts'
import type { SandboxKind } from '../src/sandboxes/sandbox.ts'
import { deathRow } from './bench/death-row.ts'
import { clock, signal } from './bench/measure.ts'
import { memoryRow } from './bench/memory-row.ts'
import { modelsRow } from './bench/models-row.ts'
import { htmlReportRow, pageRow } from './bench/page-row.ts'
import { readingRow } from './bench/reading-row.ts'
import { tracingRow } from './bench/tracing-row.ts'
import { trialListRow } from './bench/trial-list-row.ts'
import { trialRow } from './bench/trial-row.ts'

const { values } = parseArgs({
  options: { trials: { type: 'string', default: '5000' }, only: { type: 'string' } },
})

const rows: Readonly<Record<string, () => Promise<void>>> = {
  memory: () => memoryRow(Number(values.trials)),
  bubblewrap: () => onBackend('bubblewrap', (kind) => trialRow(kind, 'at most 3')),
  'bubblewrap-tracing': () => onBackend('bubblewrap', tracingRow),
  'bubblewrap-death': () => onBackend('bubblewrap', deathRow),
  docker: () => onBackend('docker', (kind) => trialRow(kind, 'for information')),
  'docker-death': () => onBackend('docker', deathRow),
  models: modelsRow,
  reading: () => readingRow(Number(values.trials)),
  page: () => pageRow(Math.max(Number(values.trials), 100_000)),
  report: () => htmlReportRow(10_000),
  'trial-list': () => trialListRow(Number(values.trials)),
}
const chosen = values.only === undefined ? Object.keys(rows) : [values.only]
for (const name of chosen) {
  const row = rows[name]
  if (row === undefined) throw new Error(`No row "${name}": ${Object.keys(rows).join(', ')}`)
  await row()
}

/** Measures where the backend runs, and says why not where it does not. */
async function onBackend(id: string, measure: (kind: SandboxKind) => Promise<void>): Promise<void> {
  const kind = await sandboxes.find((each) => each.id === id)?.load()
  const found = await kind?.check({ clock, signal })
  if (kind !== undefined && found?.available === true) await measure(kind)
  else process.stdout.write(`${id}: not measured, ${found?.reason ?? 'there is no such backend'}\n`)
}
