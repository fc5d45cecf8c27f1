import type { Command as CommanderCommand } from 'commander'
import { z } from 'zod'
import type { Judgement } from '../../records/label.ts'
import { VERDICTS } from '../../records/verdict.ts'
import { labelCells } from '../../reports/arm-label.ts'
import { createPaint } from '../../reports/create-paint.ts'
import { durationText } from '../../reports/duration-text.ts'
import { escapeLine } from '../../reports/escape-text.ts'
import { jsonText } from '../../reports/json-text.ts'
import { padText, textWidth } from '../../reports/text-width.ts'
import { transcriptText } from '../../reports/transcript-text.ts'
import { VERDICT_WORDS } from '../../reports/verdict-words.ts'
import { wholeNotes } from '../../reports/whole-notes.ts'
import { openRun } from '../../store/sqlite-store.ts'
import type { RunReader, TrialRow } from '../../store/store.ts'
import { verifyTrial } from '../../store/verify-run.ts'
import { UsageError } from '../../support/errors.ts'
import { followedIn, plannedTrials } from '../../trials/stopping/followed.ts'
import { defineCommand } from '../command.ts'
import { type CommandContext, usesColour, widthOf } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { choice, wholeNumber } from '../option-parsers.ts'
import { checkIntegrity, warnOfIntegrity } from '../run/check-integrity.ts'
import { findRun } from '../run/find-run.ts'
import { RUNS_FOLDER, runName } from '../run/run-name.ts'

const Options = z.object({
  full: z.boolean().optional(),
  verdict: z.enum(VERDICTS).optional(),
  limit: z.number(),
  runs: z.string(),
  json: z.boolean().optional(),
})
type Options = z.infer<typeof Options>

const PAGE = 2_000

/** Prints one trial as a time line, or lists a run's trials. */
export const show = defineCommand({
  name: 'show',
  summary: 'list the trials of a run, or print one of them step by step',
  example: `show latest
    show latest --verdict resisted
    show k3x9f2 17 --full`,
  declare: (command: CommanderCommand) => {
    command
      .argument('<run>', 'a run’s file, its id or the beginning of it, or `latest`')
      .argument('[trial]', 'the number of a trial')
      .option('--full', 'show long outputs, and all that was seen from outside, whole')
      .option(
        '--verdict <name>',
        `list only these trials: ${VERDICTS.join(', ')}`,
        choice('--verdict', VERDICTS),
      )
      .option('--limit <n>', 'list at most so many trials', wholeNumber('--limit', { low: 1 }), 100)
      .option('--runs <dir>', 'folder to look in', RUNS_FOLDER)
      .option('--json', 'print JSON: the list, or the trial’s whole record')
  },
  run: async ({ args, options }, context) => {
    const parsed = Options.parse(options)
    const [name = '', trial] = args
    await using reader = await openRun(await findRun(name, parsed.runs), context)
    // Awaited here: the reader is closed when this function returns.
    return trial === undefined
      ? await listTrials(context, reader, parsed)
      : await showTrial(context, reader, trial, parsed)
  },
})

async function showTrial(
  { stdout, stderr, environment, redact }: CommandContext,
  reader: RunReader,
  trial: string,
  { full, json }: Options,
): Promise<ExitCode> {
  const number = wholeNumber('trial', { low: 1 })(trial)
  // Redacted here too: the run may have been stored where nobody knew of the secrets of this place.
  const record = redact(await reader.trial(number))
  if (record === null) throw await noSuchTrial(reader, number)
  const problems = await verifyTrial(reader.file, number)
  warnOfIntegrity({ stderr, redact }, { checked: true, found: problems.length, problems })
  const judgements: Judgement[] = []
  for await (const judgement of reader.judgements(number)) judgements.push(redact(judgement))
  const readerNotes = redact(await reader.notes(number))
  if (json === true) {
    const whole = {
      ...record,
      ...(judgements.length === 0 ? {} : { judgements }),
      ...(readerNotes.length === 0 ? {} : { readerNotes }),
    }
    stdout.write(`${jsonText(whole)}\n`)
    return EXIT.done
  }
  const paint = createPaint(usesColour(stdout, environment))
  const run = reader.header.id
  const width = widthOf(stdout)
  const text = transcriptText(record, { width, paint, full: full ?? false, run, judgements })
  stdout.write(text)
  const notes = wholeNotes(readerNotes, width)
  if (notes.length > 0) stdout.write(`\n${notes.join('\n')}\n`)
  return EXIT.done
}

async function noSuchTrial(reader: RunReader, number: number): Promise<UsageError> {
  const { study, id } = reader.header
  const planned = plannedTrials(study)
  if (number > planned) {
    return new UsageError(`Run ${id} has no trial ${number}. Valid: 1 to ${planned}`)
  }
  const stored = (await reader.keys()).size
  if (followedIn(study) !== null) {
    return new UsageError(
      `Run ${id} has no trial ${number}: it holds ${stored}, and its stopping rule decides how many there will be, at most ${planned}`,
      { hint: `\`offswitch show ${id}\` lists them.` },
    )
  }
  return new UsageError(
    `Trial ${number} of run ${id} has not been run yet: ${stored} of ${planned} have`,
    { hint: `\`offswitch show ${id}\` lists them.` },
  )
}

async function listTrials(
  { stdout, stderr, environment, program, redact }: CommandContext,
  reader: RunReader,
  { verdict, limit, json }: Options,
): Promise<ExitCode> {
  warnOfIntegrity({ stderr, redact }, await checkIntegrity(reader, { always: false }))
  const { rows, more } = await matchingRows(reader, { verdict, limit })
  if (json === true) {
    stdout.write(`${jsonText({ run: reader.header.id, trials: rows, more })}\n`)
    return EXIT.done
  }
  if (rows.length === 0) {
    stderr.write('No such trials.\n')
    return EXIT.done
  }
  const paint = createPaint(usesColour(stderr, environment))
  const cells = await reader.cells()
  const labels = labelCells(cells)
  const arms = new Map(cells.map((cell) => [cell.armHash, labels.arm(cell)]))
  const parts = rows.map((row) => [
    `${row.number}`,
    `${VERDICT_WORDS[row.verdict]} (${escapeLine(row.detail)})`,
    durationText(row.durationMs),
    escapeLine(row.agent),
    escapeLine(arms.get(row.armHash) ?? ''),
  ])
  stdout.write(
    `${alignedLines([['trial', 'result', 'time', 'agent', 'arm'], ...parts]).join('\n')}\n`,
  )
  if (more) stderr.write('There are more: --limit N shows them.\n')
  const first = rows[0]?.number ?? 1
  stderr.write(
    `${paint.faint(`One of them step by step: ${program} show ${runName(reader.header, reader.file)} ${first}`)}\n`,
  )
  return EXIT.done
}

/** Numbers and times to the right; what is longest stands last and may run over the edge. */
function alignedLines(rows: readonly (readonly string[])[]): string[] {
  const [heading = [], ...body] = rows
  const shown = heading.map((_, column) => body.some((row) => row[column] !== ''))
  const widths = heading.map((_, column) =>
    Math.max(...rows.map((row) => textWidth(row[column] ?? ''))),
  )
  return rows.map((row) =>
    row
      .map((cell, column) =>
        padText(cell, widths[column] ?? 0, column === 0 || column === 2 ? 'right' : 'left'),
      )
      .filter((_, column) => shown[column])
      .join('  ')
      .trimEnd(),
  )
}

async function matchingRows(
  reader: RunReader,
  { verdict, limit }: { readonly verdict: TrialRow['verdict'] | undefined; readonly limit: number },
): Promise<{ rows: TrialRow[]; more: boolean }> {
  const found: TrialRow[] = []
  let after = 0
  while (found.length <= limit) {
    const page = await reader.rows({ after, limit: PAGE })
    const last = page.at(-1)
    if (last === undefined) break
    found.push(...page.filter((row) => verdict === undefined || row.verdict === verdict))
    after = last.number
  }
  return { rows: found.slice(0, limit), more: found.length > limit }
}
