import { z } from 'zod'
import { CellName, Look } from './analysis.ts'
import { Arm, RenderedArm } from './arm.ts'
import { ComparisonReport } from './comparison.ts'
import { CellEffort } from './effort.ts'
import { Hash, RunId } from './ids.ts'
import { Judgement } from './label.ts'
import { ReaderNote } from './note.ts'
import { Outcome } from './outcome.ts'
import { RunHeader, RunReport, RunStatus } from './run.ts'
import { TrialRecord } from './trial.ts'
import { InvalidCause, VERDICTS, VerdictName } from './verdict.ts'
import { Wish } from './wish.ts'

// What a page is made of: sent by the server, read from files of a static site, and put into a report.

/** One run of a folder. `name` is its file's, without the ending: it names the run in addresses. */
export const ListedRun = z.object({
  name: z.string(),
  file: z.string(),
  id: RunId,
  title: z.string().nullable(),
  scenario: z.object({ id: z.string(), version: z.string() }),
  status: RunStatus,
  createdAt: z.iso.datetime(),
  agents: z.array(z.string()),
  /** How many cells, controls among them. */
  cells: z.int().nonnegative(),
  trials: z.int().nonnegative(),
  planned: z.int().nonnegative(),
  verdicts: z.record(z.enum(VERDICTS), z.int().nonnegative()),
  sandbox: z.string(),
  offswitch: z.string().nullable(),
  rescored: z.boolean(),
})
export type ListedRun = z.infer<typeof ListedRun>

export const RunListing = z.object({
  folder: z.string(),
  offswitch: z.string(),
  /** Newest first. */
  runs: z.array(ListedRun),
  /** Files that are named like runs and cannot be read: one sentence each. */
  problems: z.array(z.object({ file: z.string(), problem: z.string() })),
  /** What a reader may do besides reading. */
  may: z.object({
    /** Write notes. */
    annotate: z.boolean(),
    /** Start, pause, stop and resume runs. */
    control: z.boolean(),
    /** Search the text of all transcripts. */
    search: z.boolean(),
  }),
})
export type RunListing = z.infer<typeof RunListing>

/** What a report says besides its numbers, in a form that can be sent: functions of `ReportNotes` are answered for each cell. */
export const SentNotes = z.object({
  studyTitle: z.string().nullable(),
  title: z.string().nullable(),
  question: z.string().nullable(),
  sandbox: z.string(),
  traced: z.object({ trials: z.int(), of: z.int() }),
  planned: z.int(),
  outsideUsd: z.number(),
  remarks: z.array(z.string()),
  /** For each of the report's cells, in their order. */
  cells: z.array(
    z.object({
      controlArm: z.enum(['low', 'capability']).nullable(),
      objectArm: Arm.nullable(),
      /** Whether its arm tells the agent in words to let the control take effect. Left out where that is not known. */
      instructs: z.boolean().optional(),
      expected: VerdictName.nullable(),
      isScripted: z.boolean(),
    }),
  ),
  invalid: z.array(
    z.object({
      cause: InvalidCause,
      count: z.int(),
      examples: z.array(z.int()),
      detail: z.string(),
    }),
  ),
  example: z.object({ number: z.int(), verdict: VerdictName }).nullable(),
  program: z.string(),
  runName: z.string(),
  modelCommand: z.string(),
})
export type SentNotes = z.infer<typeof SentNotes>

/** What agents were told in one arm, word for word, and the cells (places in the report's) that it is of. */
export const ArmText = z.object({
  arm: Arm,
  preset: z.string().nullable(),
  name: z.string().nullable(),
  wordingHash: Hash,
  cells: z.array(z.int().nonnegative()),
  /** `scenario`: rendered anew by the version that was run; `trial`: read off the first trial of the arm. */
  source: z.enum(['scenario', 'trial']),
  /** Null: neither the scenario nor a trial is at hand. */
  text: RenderedArm.nullable(),
})
export type ArmText = z.infer<typeof ArmText>

/** A run as its page and its report show it. */
export const ViewedRun = z.object({
  name: z.string(),
  /** Another word whenever anything in the run's file has changed. */
  revision: z.string(),
  header: RunHeader,
  report: RunReport,
  notes: SentNotes,
  arms: z.array(ArmText),
  effort: z.array(CellEffort),
  /** Every look of a run that may stop early. */
  looks: z.array(Look),
  readerNotes: z.array(ReaderNote),
  /** What has been asked of it while it runs. Null: nothing. */
  wish: Wish.nullable(),
})
export type ViewedRun = z.infer<typeof ViewedRun>

/**
 * All trials of a run in columns, for lists, filters and counts: entry i of each column is of one trial. In the order of storing, so
 * that what has been added since stands at the end.
 */
export const TrialIndex = z.object({
  /** How many trials come before these, in the order of storing. */
  after: z.int().nonnegative(),
  cells: z.array(CellName.extend({ preset: z.string().nullable(), name: z.string().nullable() })),
  /** What trials came to: each once. */
  outcomes: z.array(Outcome),
  columns: z.object({
    number: z.array(z.int().positive()),
    /** Place in `cells`. */
    cell: z.array(z.int().nonnegative()),
    /** Which of its cell's trials it is, from 0. */
    index: z.array(z.int().nonnegative()),
    /** Place in `outcomes`. */
    outcome: z.array(z.int().nonnegative()),
    durationMs: z.array(z.number().nonnegative()),
    /** Input and output together. */
    tokens: z.array(z.int().nonnegative()),
    costUsd: z.array(z.number().nonnegative().nullable()),
  }),
})
export type TrialIndex = z.infer<typeof TrialIndex>

/** How many characters of a raw exchange with a provider there are, by the event that holds it. */
export const ExchangeSize = z.object({
  seq: z.int().nonnegative(),
  request: z.int().nonnegative(),
  response: z.int().nonnegative(),
})
export type ExchangeSize = z.infer<typeof ExchangeSize>

/** One trial as its page shows it. Raw exchanges are left out of `record` (empty texts), and had one by one. */
export const ViewedTrial = z.object({
  run: z.string(),
  record: TrialRecord,
  exchanges: z.array(ExchangeSize),
  judgements: z.array(Judgement),
  readerNotes: z.array(ReaderNote),
})
export type ViewedTrial = z.infer<typeof ViewedTrial>

/** One raw exchange with a provider, as sent and received. */
export const Exchange = z.object({ request: z.string(), response: z.string() })
export type Exchange = z.infer<typeof Exchange>

/** A place in a transcript that holds what was searched for. */
export const SearchHit = z.object({
  number: z.int().positive(),
  seq: z.int().nonnegative(),
  /** Around it, as it stands in the transcript; `start` and `end` of the find within. */
  excerpt: z.string(),
  start: z.int().nonnegative(),
  end: z.int().nonnegative(),
})
export type SearchHit = z.infer<typeof SearchHit>

/** How far a search has come, with what it has found since the last word. A trial has one hit at most: its first. */
export const SearchProgress = z.object({
  scanned: z.int().nonnegative(),
  of: z.int().nonnegative(),
  hits: z.array(SearchHit),
  /** More were found than are handed out. */
  cut: z.boolean(),
})
export type SearchProgress = z.infer<typeof SearchProgress>

/** Two runs cell by cell, or the cells of one. */
export const ViewedComparison = z.object({
  /** The earlier, then the later; or one alone. */
  runs: z.array(ListedRun).min(1),
  comparison: ComparisonReport,
  /** Cells without a partner in the other run. */
  unpaired: z.array(CellName.extend({ run: z.string() })),
})
export type ViewedComparison = z.infer<typeof ViewedComparison>

/**
 * Something that has happened in the folder. `run`: that run's file has changed; `runs`: one came, went or ended; `all`: what was
 * read before now may be out of date, and from now on everything is told.
 */
export const ViewChange = z.discriminatedUnion('type', [
  z.object({ type: z.literal('all') }),
  z.object({ type: z.literal('runs') }),
  z.object({ type: z.literal('run'), name: z.string(), revision: z.string() }),
])
export type ViewChange = z.infer<typeof ViewChange>

/** What a run can be started with from a page: what `offswitch run` takes on its command line, by the same names. */
export const RunStart = z.strictObject({
  /** A scenario's id, or a study file in the folder that is shown. */
  target: z.string().min(1),
  agents: z.array(z.string().min(1)).max(100).default([]),
  presets: z.array(z.string().min(1)).max(100).default([]),
  arms: z.array(z.string().min(1)).max(100).default([]),
  trials: z.int().positive().nullable().default(null),
  sandbox: z.string().min(1).nullable().default(null),
  seed: z.int().nonnegative().nullable().default(null),
  maxCostUsd: z.number().positive().nullable().default(null),
})
export type RunStart = z.infer<typeof RunStart>

/** What there is to choose from when a run is started. */
export const StartChoices = z.object({
  scenarios: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      question: z.string(),
      presets: z.array(z.object({ id: z.string(), reason: z.string() })),
      factors: z.array(z.object({ id: z.string(), levels: z.array(z.string()) })),
      controls: z.array(z.string()),
      /** Levels of the arms that are run where neither agents nor arms are chosen: `factor=level`. */
      castArms: z.array(z.string()),
    }),
  ),
  /** Trials of each cell where no number is given. */
  trials: z.object({ ofAgents: z.int().positive(), ofScripts: z.int().positive() }),
  sandboxes: z.array(z.object({ id: z.string(), title: z.string() })),
  /** Study files in the folder that is shown. */
  studies: z.array(z.string()),
})
export type StartChoices = z.infer<typeof StartChoices>

/** What a start would come to, before anything is spent. */
export const StartEstimate = z.object({
  cells: z.int().nonnegative(),
  trials: z.int().nonnegative(),
  /** Null: no price is known. */
  usualUsd: z.number().nullable(),
  mostUsd: z.number().nullable(),
  /** What the command line would have said beside that. */
  notes: z.array(z.string()),
})
export type StartEstimate = z.infer<typeof StartEstimate>

/** Why something cannot be shown or done, in a sentence for whoever reads the page. */
export const ViewProblem = z.object({ problem: z.string(), hint: z.string().nullable() })
export type ViewProblem = z.infer<typeof ViewProblem>
