import type { ListedRun } from '../../src/records/view.ts'
import type { Wish } from '../../src/records/wish.ts'
import { countText } from '../../src/reports/count-text.ts'

/** `40 of 100 trials`; `100 trials` once there are all of them. */
export function trialsText(trials: number, planned: number): string {
  const noun = planned === 1 ? 'trial' : 'trials'
  return trials >= planned
    ? `${countText(trials)} ${noun}`
    : `${countText(trials)} of ${countText(planned)} ${noun}`
}

/** `23 Nov 2026, 14:05`, in the reader's time. */
export function momentText(at: string): string {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? at : MOMENTS.format(date)
}

/** How a run stands, and what that means. */
export function statusWords(
  status: ListedRun['status'],
  wish: Wish | null = null,
): { readonly word: string; readonly sentence: string } {
  if (status === 'running' && wish === 'pause') return STATUS_WORDS.paused
  if (status === 'running' && wish === 'stop') return STATUS_WORDS.stopping
  return STATUS_WORDS[status]
}

const MOMENTS = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
})

const STATUS_WORDS = {
  running: { word: 'Running', sentence: 'Trials are being run.' },
  paused: { word: 'Paused', sentence: 'Trials in flight end, and none is begun until it goes on.' },
  stopping: { word: 'Stopping', sentence: 'Trials in flight end, and the run with them.' },
  interrupted: {
    word: 'Interrupted',
    sentence:
      'It ended before all trials were run. It can be resumed, and then goes on as it would have.',
  },
  stopped: {
    word: 'Stopped',
    sentence: 'It ended by itself: too many of its trials failed, or a provider refused its key.',
  },
  capped: {
    word: 'Out of money',
    sentence: 'What is left under its cost cap is less than another trial might cost.',
  },
  finished: { word: 'Finished', sentence: 'All of its trials were run.' },
} as const
