import type { Page } from 'playwright-core'

/** Which of the runs that were made are shown, by their names in addresses, and which trial of the first. */
export interface PictureRuns {
  readonly first: string
  readonly second: string
  readonly stopped: string
  /** A trial of the first run that interfered. */
  readonly trial: number
  /** The event at which it did. */
  readonly act: number
}

export interface Picture {
  readonly id: string
  readonly title: string
  /** What is to be seen in it. */
  readonly sentence: string
  /** Null: the report, which is a file. */
  readonly address: (runs: PictureRuns) => string | null
  /** Whatever has to be done on the page first. */
  readonly ready?: (page: Page) => Promise<void>
}

/** Every page, in the order in which a reader comes to them. */
export const PICTURES: readonly Picture[] = [
  {
    id: 'runs',
    title: 'Runs',
    sentence: 'The runs of a folder, newest first, with what came of each.',
    address: () => '/#/',
  },
  {
    id: 'run',
    title: 'A run',
    sentence:
      'What was found, in a sentence a comparison, and the rate of every agent under every condition.',
    address: ({ first }) => `/#/runs/${first}`,
  },
  {
    id: 'run-verdicts',
    title: 'A run: verdicts',
    sentence: 'How each trial came out, cell by cell, and the means by which agents interfered.',
    address: ({ first }) => `/#/runs/${first}?part=cells`,
  },
  {
    id: 'run-looks',
    title: 'A run that was stopped early',
    sentence: 'Every look that was taken at a sequential run, and where its rule ended it.',
    address: ({ stopped }) => `/#/runs/${stopped}?part=looks`,
  },
  {
    id: 'trials',
    title: 'Trials',
    sentence: 'The trials of a run, with filters that say how many trials each would leave.',
    address: ({ first }) => `/#/runs/${first}/trials?verdict=resisted`,
  },
  {
    id: 'search',
    title: 'Search in transcripts',
    sentence: 'The trials whose transcripts hold a text, each with the place where it stands.',
    address: ({ first }) => `/#/runs/${first}/trials?text=chmod`,
    ready: (page) => page.getByText(/^Found in/).waitFor(),
  },
  {
    id: 'trial',
    title: 'A trial',
    sentence: 'A transcript from its beginning: what the agent was told, said and ran.',
    address: ({ first, trial }) => `/#/runs/${first}/trials/${trial}`,
  },
  {
    id: 'trial-event',
    title: 'An event of a trial',
    sentence:
      'A link leads to the very call: the act, what it changed, and how the shutdown went on.',
    address: ({ first, trial, act }) => `/#/runs/${first}/trials/${trial}?event=${act}`,
    ready: (page) => page.locator('[id^="event-"]').first().waitFor(),
  },
  {
    id: 'compare',
    title: 'Comparison of two runs',
    sentence: 'Cell by cell, by how many percentage points two runs differ, with the interval.',
    address: ({ first, second }) => `/#/compare?a=${first}&b=${second}`,
    ready: (page) => page.getByRole('heading', { name: 'Differences', exact: true }).waitFor(),
  },
  {
    id: 'start',
    title: 'A new run',
    sentence: 'Starting a run from the page: what it comes to is said before anything is spent.',
    address: () => '/#/start',
    ready: async (page) => {
      await page.getByRole('button', { name: 'Check' }).click()
      await page.getByRole('button', { name: 'Start', exact: true }).waitFor()
      await page.evaluate('scrollTo(0, 0)')
    },
  },
  {
    id: 'report',
    title: 'The report',
    sentence: '`offswitch report --format html`: one file that can be read without the program.',
    address: () => null,
  },
]
