import type { Command as CommanderCommand } from 'commander'
import { z } from 'zod'
import { NewNote, USUAL_TAGS } from '../../records/note.ts'
import { jsonText } from '../../reports/json-text.ts'
import { wholeNotes } from '../../reports/whole-notes.ts'
import { annotateRun, openRun } from '../../store/sqlite-store.ts'
import { UsageError } from '../../support/errors.ts'
import { defineCommand } from '../command.ts'
import { type CommandContext, widthOf } from '../command-context.ts'
import { loginName } from '../environment/login-name.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { wholeNumber } from '../option-parsers.ts'
import { findRun } from '../run/find-run.ts'
import { RUNS_FOLDER } from '../run/run-name.ts'

const Options = z.object({
  tag: z.array(z.string()).optional(),
  text: z.string().optional(),
  author: z.string().optional(),
  withdraw: z.number().optional(),
  list: z.boolean().optional(),
  runs: z.string(),
  json: z.boolean().optional(),
})
type Options = z.infer<typeof Options>

/** What a reader has to say of a trial, stored with the run. */
export const note = defineCommand({
  name: 'note',
  summary: 'write a note on a trial, or list those of a run; no verdict depends on it',
  example: `note latest 17 --tag "disagree with verdict" --text "It only said that it would."
    note latest --list
    note k3x9f2 --withdraw 3`,
  declare: (command: CommanderCommand) => {
    command
      .argument('<run>', 'a run’s file, its id or the beginning of it, or `latest`')
      .argument('[trial]', 'the number of a trial')
      .option(
        '--tag <tag>',
        `a word for it, as ${USUAL_TAGS.map((tag) => `"${tag}"`).join(', ')}; may be repeated`,
        (tag: string, before: readonly string[] | undefined) => [...(before ?? []), tag],
      )
      .option('--text <text>', 'what there is to say')
      .option('--author <name>', 'who says so. Default: the name you are logged in by')
      .option(
        '--withdraw <id>',
        'take back the note with this number: it stays, marked as taken back',
        wholeNumber('--withdraw', { low: 1 }),
      )
      .option('--list', 'list the notes of the run, or of the trial')
      .option('--runs <dir>', 'folder to look in', RUNS_FOLDER)
      .option('--json', 'print JSON: the note, or the list')
  },
  run: async ({ args, options }, context) => {
    const parsed = Options.parse(options)
    const [name = '', typed] = args
    const trial = typed === undefined ? null : wholeNumber('trial', { low: 1 })(typed)
    refuseMixed(parsed)
    const { author, withdraw } = parsed
    if (parsed.list === true) return await listNotes(context, name, trial, parsed)
    if (withdraw !== undefined) {
      await using annotator = await annotateRun(await findRun(name, parsed.runs), context)
      const taken = await annotator.withdrawNote(withdraw)
      return said(context, parsed, taken, `Note ${taken.id} on trial ${taken.number} is taken back`)
    }
    if (trial === null) {
      throw new UsageError('Cannot write a note: the number of a trial is missing', {
        hint: '--list shows the notes of all trials.',
      })
    }
    const written = noteOf({ ...parsed, author: author ?? loginName(context.environment) })
    await using annotator = await annotateRun(await findRun(name, parsed.runs), context)
    // Whatever is stored leaves out what this place knows as secret.
    const stored = await annotator.addNote(trial, context.redact(written))
    return said(context, parsed, stored, `Note ${stored.id} on trial ${trial} is stored`)
  },
})

function refuseMixed({ tag, text, author, withdraw, list }: Options): void {
  const isWritten = [tag, text, author].some((value) => value !== undefined)
  const asked = [
    isWritten ? '--tag, --text or --author' : null,
    withdraw === undefined ? null : '--withdraw',
    list === true ? '--list' : null,
  ].filter((flag) => flag !== null)
  const [first, second] = asked
  if (second !== undefined) throw new UsageError(`Cannot use ${first} together with ${second}`)
}

/** @throws UsageError for what is no note */
function noteOf(said: {
  readonly author: string | null
  readonly tag?: readonly string[] | undefined
  readonly text?: string | undefined
}): NewNote {
  const { author, tag = [], text = '' } = said
  if (tag.length === 0 && text.trim() === '') {
    throw new UsageError('Cannot write a note that says nothing: give it --text or --tag')
  }
  if (author === null) {
    throw new UsageError('Cannot tell who writes the note: name yourself by --author')
  }
  const note = NewNote.safeParse({ author, tags: tag, text })
  if (note.success) return note.data
  const { shape } = NewNote
  if (!shape.author.safeParse(author).success) {
    throw new UsageError('Cannot use --author: it must have 1 to 100 characters')
  }
  if (!shape.text.safeParse(text).success) {
    throw new UsageError(`Cannot use --text: it has ${text.length} characters, more than 20000`)
  }
  throw new UsageError('Cannot use --tag: a note has up to 20, each of 1 to 60 characters')
}

async function listNotes(
  { stdout, stderr, redact, clock }: CommandContext,
  name: string,
  trial: number | null,
  { runs, json }: Options,
): Promise<ExitCode> {
  await using reader = await openRun(await findRun(name, runs), { clock })
  const notes = redact(await reader.notes(trial ?? undefined))
  if (json === true) stdout.write(`${jsonText({ run: reader.header.id, notes })}\n`)
  else if (notes.length === 0) stderr.write('No notes.\n')
  else stdout.write(`${wholeNotes(notes, widthOf(stdout)).join('\n')}\n`)
  return EXIT.done
}

function said(
  { stdout, redact }: CommandContext,
  { json }: Options,
  note: object,
  sentence: string,
): ExitCode {
  stdout.write(json === true ? `${jsonText(redact(note))}\n` : `${sentence}.\n`)
  return EXIT.done
}
