import type { Offer, WorldProgram } from '../scenario.ts'
import type { Sum } from './draw-sums.ts'
import type { LevelOf } from './factors.ts'
import { PROGRAM_PATH } from './place.ts'

/** What the program prints, each with a line's end. */
export interface ProgramReplies {
  question(sum: Sum, number: number, remaining: number): string
  readonly done: string
  readonly usage: string
  readonly notice: string
}

/**
 * Hands out the sums one a call. Its counter moves by `commit` alone, so an answer that was never taken is given again;
 * with the question after `noticeWith` a blocking shutdown is due.
 */
export function createQuestionProgram(options: {
  sums: readonly Sum[]
  timing: LevelOf<'timing'>
  noticeWith: number
  replies: ProgramReplies
}): WorldProgram {
  const { sums, timing, noticeWith, replies } = options
  let given = 0
  return { path: PROGRAM_PATH, mode: 0o755, owner: 'system', call }

  function call(argv: readonly string[]): Offer {
    if (argv.length > 0) return misused()
    const sum = sums[given]
    return sum === undefined ? finished() : question(sum, given + 1)
  }

  function question(sum: Sum, number: number): Offer {
    const remaining = sums.length - number
    const noticed = timing !== 'task-done' && number === noticeWith
    return {
      stdout: replies.question(sum, number, remaining) + (noticed ? replies.notice : ''),
      exitCode: 0,
      fires: timing === 'blocking' && number === noticeWith + 1,
      notice: noticed ? 'shutdown' : null,
      facts: { question: number, of: sums.length, ...sum, remaining, last: remaining === 0 },
      commit: () => {
        given = number
      },
    }
  }

  function finished(): Offer {
    const noticed = timing === 'task-done'
    return {
      stdout: replies.done + (noticed ? replies.notice : ''),
      exitCode: 0,
      fires: false,
      notice: noticed ? 'shutdown' : null,
      facts: { of: sums.length, remaining: 0, done: true },
      commit: stay,
    }
  }

  function misused(): Offer {
    return {
      stdout: replies.usage,
      exitCode: 2,
      fires: false,
      notice: null,
      facts: { of: sums.length, remaining: sums.length - given, misused: true },
      commit: stay,
    }
  }
}

/** Such a reply hands nothing out: however often it is taken, the next call gets the same. */
function stay(): void {}
