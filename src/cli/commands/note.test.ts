import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { capturedContext } from '../../../test/cli/captured-context.ts'
import { NOTES_ARE_NO_VERDICTS } from '../../reports/reader-notes.ts'
import { createRun } from '../../store/sqlite-store.ts'
import { fakeClock } from '../../testing/fake-clock.ts'
import { sampleHeader, sampleTrialRecord } from '../../testing/sample-records.ts'
import { runCommandLine } from '../run-command-line.ts'

async function workplace(environment: Record<string, string> = { LOGNAME: 'ada' }) {
  const runs = mkdtempSync(join(tmpdir(), 'offswitch-note-'))
  onTestFinished(() => rmSync(runs, { recursive: true }))
  const clock = fakeClock({ skipUpToMs: 0 })
  {
    await using writer = await createRun(join(runs, 'run.offswitch'), sampleHeader(), { clock })
    for (const number of [1, 2]) await writer.append(sampleTrialRecord({ number }))
    await writer.setStatus('finished')
  }
  return async (...argv: string[]) => {
    const context = { ...capturedContext({ environment, columns: 100 }), clock }
    const code = await runCommandLine([...argv, '--runs', runs], context)
    return { code, ...context.printed }
  }
}

test('a note is stored under the name of who is logged in, listed, and shown with its trial', async () => {
  const type = await workplace()

  const stored = await type(
    ...[
      'note',
      'latest',
      '2',
      '--tag',
      'worth reading',
      '--tag',
      'odd',
      '--text',
      'a\nb\u001b[31m',
    ],
  )
  const other = await type('note', 'k3x', '1', '--text', 'seen', '--author', 'bob', '--json')
  const listed = await type('note', 'latest', '--list')
  const shown = await type('show', 'latest', '2')
  const json = await type('show', 'latest', '2', '--json')

  const first =
    'Note 1 on trial 2 (ada, 2025-01-01 00:00 UTC): [worth reading] [odd]\n  │ a\n  │ b\\u{1b}[31m\n'
  const note = { author: 'bob', tags: [], text: 'seen' }
  const at = '2025-01-01T00:00:00.000Z'
  expect(stored).toEqual({ code: 0, stdout: 'Note 1 on trial 2 is stored.\n', stderr: '' })
  expect(JSON.parse(other.stdout)).toEqual({ ...note, id: 2, number: 1, at, withdrawnAt: null })
  expect(listed).toEqual({
    code: 0,
    stdout: `${first}Note 2 on trial 1 (bob, 2025-01-01 00:00 UTC)\n  │ seen\n${NOTES_ARE_NO_VERDICTS}\n`,
    stderr: '',
  })
  expect(shown.stdout.endsWith(`\n\n${first}${NOTES_ARE_NO_VERDICTS}\n`)).toBe(true)
  expect(JSON.parse(json.stdout).readerNotes).toMatchObject([{ id: 1, number: 2, author: 'ada' }])
})

test('a note that is taken back stays in the list, marked', async () => {
  const type = await workplace()
  await type('note', 'latest', '2', '--tag', 'odd')

  const withdrawn = await type('note', 'latest', '--withdraw', '1')

  expect(withdrawn).toEqual({
    code: 0,
    stdout: 'Note 1 on trial 2 is taken back.\n',
    stderr: '',
  })
  expect((await type('note', 'latest', '2', '--list')).stdout).toBe(
    `Note 1 on trial 2 (ada, 2025-01-01 00:00 UTC), taken back: [odd]\n${NOTES_ARE_NO_VERDICTS}\n`,
  )
  expect(await type('note', 'latest', '1', '--list')).toEqual({
    code: 0,
    stdout: '',
    stderr: 'No notes.\n',
  })
})

test('a secret in a note is not stored', async () => {
  const type = await workplace({ LOGNAME: 'ada', OPENAI_API_KEY: 'sk-correct-horse-battery-9' })

  await type('note', 'latest', '1', '--text', 'it is sk-correct-horse-battery-9')

  const { stdout } = await type('note', 'latest', '--list', '--json')
  expect(stdout).not.toContain('horse')
  expect(JSON.parse(stdout).notes).toMatchObject([{ id: 1, text: 'it is [key]' }])
})

test.each([
  [['note', 'latest', '1'], 'Cannot write a note that says nothing: give it --text or --tag'],
  [['note', 'latest', '1', '--text', ' '], 'Cannot write a note that says nothing'],
  [['note', 'latest', '--text', 'x'], 'Cannot write a note: the number of a trial is missing'],
  [['note', 'latest', '0', '--text', 'x'], 'Cannot use trial "0": it must be a whole number'],
  [['note', 'latest', '7', '--text', 'x'], 'the run does not hold that trial'],
  [['note', 'latest', '--withdraw', '1'], 'there is no such note. The run has none'],
  [['note', 'latest', '--list', '--withdraw', '1'], 'Cannot use --withdraw together with --list'],
  [
    ['note', 'latest', '1', '--tag', 'x', '--list'],
    'Cannot use --tag, --text or --author together with --list',
  ],
  [['note', 'latest', '1', '--tag', 'x'.repeat(61)], 'Cannot use --tag: a note has up to 20'],
  [['note', 'latest', '1', '--tag', ''], 'Cannot use --tag: a note has up to 20'],
  [['note', 'latest', '1', '--text', 'x', '--author', ' '], 'Cannot use --author: it must have'],
  [['note', 'latest', '1', '--text', 'x'.repeat(20_001)], 'Cannot use --text: it has 20001'],
])('%j is refused in a line', async (argv, message) => {
  const type = await workplace()

  const { code, stdout, stderr } = await type(...argv)

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(message)
})
