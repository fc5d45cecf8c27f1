import { verifyCommand } from '../report-notes.ts'
import { studyCommand } from '../study-command.ts'
import { modelsText } from '../who-answered.ts'
import { type Markup, markup } from './markup.ts'
import type { RunPage } from './run-page.ts'
import { tableMarkup } from './table-markup.ts'

/** What made this run: enough to know it again, and to make it again. */
export function versionsMarkup({ viewed, report, notes }: RunPage): Markup {
  const { header } = viewed
  const { study } = header
  const answered = [
    ...new Set(report.cells.flatMap(({ models }) => models.map((each) => modelsText([each])))),
  ]
  const rows: (readonly [string, string])[] = [
    ['run', `${report.run}, begun ${header.createdAt}`],
    ['file', report.file],
    ['scenario', `${report.scenario.id}, version ${report.scenario.version}`],
    ['study', header.studyHash],
    [
      'plan',
      header.plan === undefined
        ? 'not locked'
        : `${header.plan.hash}, locked ${header.plan.lockedAt}`,
    ],
    ['seed', `${study.seed}${study.sharedSeeds ? ', shared by trials of the same index' : ''}`],
    ['sandbox', notes.sandbox],
    ...(answered.length === 0 ? [] : [['answered by', shown(answered)] as const]),
    ...Object.entries(header.versions).map(
      ([name, version]) => [VERSION_WORDS[name] ?? name, version] as const,
    ),
    [
      'limits of a trial',
      Object.entries(study.limits)
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
    ],
  ]
  return tableMarkup(
    'Versions, seed and hashes',
    [{ heading: 'what' }, { heading: 'which' }],
    rows.map(([what, which]) => [what, markup`<code>${which}</code>`]),
  )
}

const VERSION_WORDS: Readonly<Record<string, string>> = {
  offswitch: 'Offswitch',
  node: 'Node',
  arms: 'texts and files of all arms',
}

const ANSWERED_MAX = 12

function shown(names: readonly string[]): string {
  const more = names.length - ANSWERED_MAX
  return `${names.slice(0, ANSWERED_MAX).join('; ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Commands by which the run can be looked at, checked and made again. */
export function repeatMarkup({ viewed, report, notes }: RunPage): Markup {
  const { program, runName, example } = notes
  const command = studyCommand(viewed.header.study, program)
  const steps = [
    ['Read every step of a trial', `${program} show ${runName} ${example?.number ?? 1}`],
    ['Check every record against the hashes that were stored with it', verifyCommand(notes)],
    [
      'Score the stored trials anew by the scorer at hand, and see what changes',
      `${program} rescore ${runName}`,
    ],
    [
      'Let a replay take the same turns again, without asking a model',
      `${program} run --agent replay:${runName}`,
    ],
    ...(command === null ? [] : [['Run the same study again, with the same seed', command]]),
  ]
  return markup`<p>All of it is in one file, <code>${report.file}</code>. With that file:</p><dl class="commands">${steps.map(
    ([what = '', line = '']) => markup`<div><dt>${what}</dt><dd><code>${line}</code></dd></div>`,
  )}</dl>${
    command === null &&
    markup`<p>Flags cannot say all that this study declares; it is written out under “Versions”, and the run’s file holds it.</p>`
  }<p>The sums of a trial and the order of trials follow from the seed. What a model answers does not: it may differ each time.</p>`
}

/** The study with nothing left to a default, as it was hashed. */
export function studyMarkup({ viewed }: RunPage): Markup {
  const text = JSON.stringify(viewed.header.study, null, 2)
  return markup`<details class="more"><summary>The study, with nothing left to a default</summary><pre class="json" tabindex="0">${text}</pre></details>`
}
