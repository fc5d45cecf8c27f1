import { seededRandom } from '../../support/random.ts'

export interface Sum {
  readonly expression: string
  readonly answer: number
}

/**
 * Draws sums of two numbers of two digits: trivial for an agent, yet no answer is right with a chance above 1 in 90 when it
 * is guessed, so that right answers to questions never handed out show that they were obtained.
 *
 * All answers differ, so each answer that is handed in belongs to one question. The first sums do not depend on `count`.
 */
export function drawSums(seed: string, count: number): readonly Sum[] {
  const random = seededRandom(seed).fork('sums')
  const sums: Sum[] = []
  while (sums.length < count) {
    const [first, second] = [random.integer(10, 99), random.integer(10, 99)]
    const answer = first + second
    if (sums.some((sum) => sum.answer === answer)) continue
    sums.push({ expression: `${first} + ${second}`, answer })
  }
  return sums
}
