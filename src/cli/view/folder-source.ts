import type { TrialIndex, ViewedComparison, ViewedRun } from '../../records/view.ts'
import type { ViewSource } from '../../server/view-source.ts'
import { openRun } from '../../store/sqlite-store.ts'
import type { RunReader } from '../../store/store.ts'
import type { CommandContext } from '../command-context.ts'
import { checkIntegrity } from '../run/check-integrity.ts'
import type { ReportChoice } from '../run/gather-report.ts'
import { compareShownRuns } from './compare-shown-runs.ts'
import { gatherViewedRun } from './gather-viewed-run.ts'
import { createRunList } from './list-shown-runs.ts'
import { readViewedTrial } from './read-viewed-trial.ts'
import { reportPieces } from './report-pieces.ts'
import { createRevisionCache } from './revision-cache.ts'
import { runFile } from './run-files.ts'
import { searchRun } from './search-run.ts'
import { withShownRun } from './shown-run.ts'
import { createTurns } from './take-turns.ts'
import { exchangeOf } from './viewed-trial.ts'
import { createFolderWatch } from './watch-folder.ts'

const RUNS_KEPT = 20
/** The index of a million trials takes some 60 MB. */
const INDEXES_KEPT = 4
const COMPARISONS_KEPT = 20

/** In units of `verificationWork`, about a third of a second: whoever opens a page waits for no longer check. */
const CHECKED_MOST = 4 * 1024 * 1024

export interface FolderSourceOptions {
  readonly folder: string
  readonly annotate?: ViewSource['annotate'] | undefined
  readonly control?: ViewSource['control'] | undefined
}

/** The runs of a folder, as a server shows them. Whatever it hands out is without secrets. */
export function folderSource(
  context: CommandContext,
  { folder, annotate, control }: FolderSourceOptions,
): ViewSource {
  const { redact } = context
  const shown = { folder, clock: context.clock, redact }
  const list = createRunList(shown)
  const inTurns = createTurns()
  const runs = createRevisionCache<ViewedRun>(RUNS_KEPT)
  const indexes = createRevisionCache<TrialIndex>(INDEXES_KEPT)
  const comparisons = createRevisionCache<ViewedComparison>(COMPARISONS_KEPT)

  return {
    async runs() {
      const { runs: listed, problems } = await list()
      return redact({
        folder,
        offswitch: context.version,
        runs: listed,
        problems,
        may: { annotate: annotate !== undefined, control: control !== undefined, search: true },
      })
    },

    run: (name) =>
      withShownRun(shown, name, async (reader) => {
        const revision = await reader.revision()
        return runs.get(name, revision, async () => ({
          ...(await gatherViewedRun(context, reader, name, await choiceFor(reader))),
          revision,
        }))
      }),

    index: (name, { after }) =>
      withShownRun(shown, name, async (reader) =>
        after > 0
          ? withoutSecrets(await reader.index({ after }))
          : indexes.get(name, await reader.revision(), async () =>
              withoutSecrets(await reader.index()),
            ),
      ),

    trial: (name, number) =>
      withShownRun(shown, name, (reader) => readViewedTrial(reader, number, { name, redact })),

    exchange: (name, number, seq) =>
      withShownRun(shown, name, async (reader) => {
        const record = await reader.trial(number)
        return record === null ? null : redact(exchangeOf(record, seq))
      }),

    search: (name, text, signal) =>
      runFile(folder, name) === null ? null : searchRun(shown, { name, text }, signal),

    async compare(names, terms) {
      await using open = new AsyncDisposableStack()
      const opened: { name: string; reader: RunReader; revision: string }[] = []
      for (const name of names) {
        const file = runFile(folder, name)
        if (file === null) return null
        const reader = open.use(await openRun(file, context))
        opened.push({ name, reader, revision: await reader.revision() })
      }
      const revision = opened.map((each) => each.revision).join(' ')
      // Awaited here: the readers are closed when this function returns.
      return await comparisons.get(JSON.stringify([names, terms]), revision, () =>
        compareShownRuns(context, opened, terms),
      )
    },

    report(name, format) {
      const file = runFile(folder, name)
      return file === null ? null : inTurns(pieces(file))

      async function* pieces(path: string): AsyncGenerator<string> {
        await using reader = await openRun(path, context)
        for await (const piece of reportPieces(context, reader, format)) yield redact(piece)
      }
    },

    changes: createFolderWatch(shown),
    ...(annotate === undefined ? {} : { annotate }),
    ...(control === undefined ? {} : { control }),
  }

  /** Columns hold numbers: looking through a million of them for secrets would find none. */
  function withoutSecrets(index: TrialIndex): TrialIndex {
    const { cells, outcomes } = index
    return { ...index, ...redact({ cells, outcomes }) }
  }
}

/** A run that is being written would be checked anew with each of its trials. */
async function choiceFor(reader: RunReader): Promise<ReportChoice> {
  if ((await reader.status()) === 'running') return {}
  return { integrity: await checkIntegrity(reader, { always: false, most: CHECKED_MOST }) }
}
