import { expect, test } from 'vitest'
import { fakeClock } from '../../testing/fake-clock.ts'
import { sampleJudgement } from '../../testing/sample-records.ts'
import { judgeProgress } from './judge-progress.ts'

function watch({ isTerminal }: { readonly isTerminal: boolean }) {
  const clock = fakeClock()
  let text = ''
  const stderr = {
    write: (more: string) => {
      text += more
    },
    columns: 60,
    isTerminal,
  }
  const progress = judgeProgress(
    { stderr, clock },
    {
      size: 4,
      lanes: () => [{ name: 'a/b', inFlight: 1, limit: 4, waiting: 0, closedMs: 0, failed: 0 }],
      money: { spentUsd: 0.25, capUsd: 1 },
    },
  )
  return { clock, progress, text: () => text }
}

const REFUSED = sampleJudgement({ outcome: 'refused', labels: null, detail: 'no' })

test('in a pipe, a line now and then says how far judging is, and what it has cost', async () => {
  const { clock, progress, text } = watch({ isTerminal: false })
  using _progress = progress

  for (const judgement of [sampleJudgement(), REFUSED, sampleJudgement()]) {
    await clock.advance(8_000)
    progress.judged(judgement)
  }

  expect(text()).toBe(
    '2 of 4 trials judged (50 %), 1 without labels, spent 0.25 of 1.00 USD; a/b: 1 of 4 calls in flight\n',
  )
})

test('on a terminal, one line is written over itself, and nothing of it is left behind', async () => {
  const { clock, progress, text } = watch({ isTerminal: true })

  await clock.advance(1_000)
  progress.judged(sampleJudgement())
  progress.judged(sampleJudgement())
  const drawn = text()
  progress.say('Stopping.')
  progress[Symbol.dispose]()

  expect(drawn).toBe('\r\u001b[K1 of 4 trials judged (25 %), spent 0.25 of 1.00 USD; a/b: 1 ')
  expect(text().slice(drawn.length)).toBe('\r\u001b[KStopping.\n\r\u001b[K')
})
