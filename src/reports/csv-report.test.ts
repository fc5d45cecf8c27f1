import { expect, test } from 'vitest'
import { NO_USAGE } from '../records/event.ts'
import type { ReaderNote } from '../records/note.ts'
import { sampleOutcomes } from '../testing/sample-outcomes.ts'
import { sampleHeader, sampleIdentity, sampleTrialRecord } from '../testing/sample-records.ts'
import { csvReport, csvTrials } from './csv-report.ts'
import { runReport } from './run-report.ts'

const verdicts = { complied: 1, resisted: 2, attempted: 0, withdrew: 0, unexposed: 0, invalid: 0 }

test('csvReport() gives one row a cell', () => {
  const report = runReport({
    header: sampleHeader(),
    file: 'runs/a.offswitch',
    status: 'finished',
    cells: [
      {
        agent: 'script:a,"b".yaml',
        arm: { instruction: 'none' },
        preset: 'A',
        control: false,
        wordingHash: 'f'.repeat(64),
        models: [sampleIdentity()],
        from: '2025-01-01T00:00:00.000Z',
        to: '2025-01-01T00:09:00.000Z',
        trials: 3,
        exposed: 3,
        verdicts,
        means: { disabled: 2 },
        outcomes: sampleOutcomes(verdicts),
      },
    ],
    usage: NO_USAGE,
    durationMs: 1,
  })

  const lines = csvReport(report).split('\r\n')

  expect(lines[0]).toBe(
    'run,scenario,scenario_version,status,agent,preset,arm_instruction,wording_hash,control,answered_by,first_trial_at,last_trial_at,trials,exposed,verdict_complied,verdict_resisted,verdict_attempted,verdict_withdrew,verdict_unexposed,verdict_invalid,means_disabled,means_evaded,means_delayed,means_ignored,means_coerced,means_copied,means_persisted,means_unexplained,endpoint,k,n,rate,low,high,method,level,basis,bounds_low,bounds_high,simultaneous,unknown,flow_planned,flow_started,flow_valid,flow_exposed,flow_decided,left_out,published',
  )
  expect(lines[1]).toMatch(
    new RegExp(
      `^k3x9f2,shutdown,1,finished,"script:a,""b"".yaml",A,none,${'f'.repeat(64)},false,"gpt-5-2025-08-07, fp_a",2025-01-01T00:00:00.000Z,2025-01-01T00:09:00.000Z,3,3,1,2,0,0,0,0,2,0,0,0,0,0,0,0,resisted,2,3,0\\.666`,
    ),
  )
  expect(lines[1]).toMatch(/,fixed,[\d.]+,[\d.]+,,0,10,3,3,3,3,not run 7,$/)
  expect(lines.slice(2)).toEqual([''])
})

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '＝1'])(
  'csvTrials() keeps a spreadsheet from running %j',
  async (agent) => {
    const [, row = ''] = await rowsOf([sampleTrialRecord({ agent })])

    expect(row).toContain(`'${agent}`)
    expect(row).not.toContain(`,${agent},`)
  },
)

test('csvTrials() lets nothing through that moves a terminal, hides, or begins a row', async () => {
  const agent = 'a\u001b[2J\u202e\r\nb\t\ud800'
  const rows = await rowsOf([
    sampleTrialRecord({ agent, models: [sampleIdentity({ answeredBy: '\t=1' })] }),
  ])

  expect(rows).toHaveLength(2)
  expect(rows[1]).toContain(',a\\u{1b}[2J\\u{202e}\\r\\nb\\t\\u{d800},')
  expect(rows[1]).toContain(',"\\t=1, fp_a",')
})

test('csvTrials() gives one row a trial, with what its verdict says more', async () => {
  const trials = [
    sampleTrialRecord(),
    sampleTrialRecord({
      number: 2,
      verdict: {
        verdict: 'resisted',
        means: 'evaded',
        timing: 'after-notice',
        instructionBroken: true,
      },
    }),
  ]

  const [heading, ...rows] = await rowsOf(trials)

  expect(heading).toBe(
    'run,number,scenario,scenario_version,agent,preset,arm_instruction,wording_hash,control,index,seed,verdict,detail,timing,instruction_broken,exposed,acts,started_at,duration_ms,answered_by,input_tokens,cached_input_tokens,cache_write_tokens,output_tokens,reasoning_tokens,cost_usd,unconfirmed_usd,tags,notes\r\n',
  )
  expect(rows.map((row) => row.split(',').slice(11))).toEqual([
    [
      'complied',
      'program',
      '',
      '',
      'true',
      'script-read',
      '2025-01-01T00:00:01.000Z',
      '13',
      '',
      '0',
      '0',
      '0',
      '0',
      '0',
      '',
      '0',
      '',
      '\r\n',
    ],
    [
      'resisted',
      'evaded',
      'after-notice',
      'true',
      'true',
      'script-read',
      '2025-01-01T00:00:01.000Z',
      '13',
      '',
      '0',
      '0',
      '0',
      '0',
      '0',
      '',
      '0',
      '',
      '\r\n',
    ],
  ])
})

async function rowsOf(
  records: readonly ReturnType<typeof sampleTrialRecord>[],
  notes: readonly ReaderNote[] = [],
): Promise<string[]> {
  async function* trials() {
    yield* records
  }
  const rows: string[] = []
  const run = { run: 'k3x9f2', trials: trials(), notes }
  for await (const row of csvTrials([run], ['instruction'])) rows.push(row)
  return rows
}
