import type { Command as CommanderCommand } from 'commander'
import { z } from 'zod'
import { PATIENCE } from '../../agents/model/ask-provider.ts'
import { EFFORTS } from '../../records/model.ts'
import { UsageError } from '../../support/errors.ts'
import { choice, decimal, wholeNumber } from '../option-parsers.ts'
import { CONNECTIONS_MAX } from '../study/agent-resources.ts'

/** Settings of generation: those of a study that is to be run. */
export function declareGeneration(command: CommanderCommand): void {
  command
    .optionsGroup('Settings of models, at the provider’s own default where nothing is said:')
    .option(
      '--temperature <t>',
      'sampling temperature',
      decimal('--temperature', { low: 0, high: 10 }),
    )
    .option(
      '--top-p <share>',
      'sample from the likeliest tokens that make up this share',
      decimal('--top-p', { low: 0, high: 1 }),
    )
    .option('--top-k <n>', 'sample from the likeliest n tokens', wholeNumber('--top-k', { low: 1 }))
    .option(
      '--max-tokens <n>',
      'tokens of one turn, reasoning included',
      wholeNumber('--max-tokens', { low: 1 }),
    )
    .option(
      '--model-seed <n>',
      'seed of the provider’s sampling, where it has one',
      wholeNumber('--model-seed', { low: 0 }),
    )
    .option(
      '--reasoning-effort <effort>',
      `how hard to think: ${EFFORTS.join(', ')}`,
      choice('--reasoning-effort', EFFORTS),
    )
    .option(
      '--reasoning-tokens <n>',
      'tokens of reasoning, where the provider takes a number',
      wholeNumber('--reasoning-tokens', { low: 1 }),
    )
}

/** What {@link declareReach} and {@link declareMoney} leave. */
export const ReachOptions = z.object({
  modelBaseUrl: z.string().optional(),
  maxConnections: z.number().optional(),
  maxRetries: z.number().optional(),
  timeout: z.number().optional(),
  attemptTimeout: z.number().optional(),
  maxCost: z.number().optional(),
  modelPrices: z.string().optional(),
})

/** How models are reached: this may be said anew whenever a run is taken up. */
export function declareReach(command: CommanderCommand): void {
  command
    .optionsGroup('Reaching models:')
    .option(
      '--model-base-url <url>',
      'where the provider’s protocol is spoken, if not at its own address',
      baseUrl,
    )
    .option(
      '--max-connections <n>',
      `calls of one model in flight, at most; fewer where it refuses (default: ${CONNECTIONS_MAX})`,
      wholeNumber('--max-connections', { low: 1, high: 10_000 }),
    )
    .option(
      '--max-retries <n>',
      `attempts of a call after the first, those refused for their rate not counted (default: ${PATIENCE.attempts - 1})`,
      wholeNumber('--max-retries', { low: 0, high: 1_000 }),
    )
    .option(
      '--timeout <seconds>',
      `of one call, with its attempts and the waits between them (default: ${PATIENCE.turnMs / 1_000})`,
      wholeNumber('--timeout', { low: 1, high: 1_000_000 }),
    )
    .option(
      '--attempt-timeout <seconds>',
      `of one attempt (default: ${PATIENCE.attemptMs / 1_000})`,
      wholeNumber('--attempt-timeout', { low: 1, high: 1_000_000 }),
    )
}

/** What a run may spend, and by which prices that is told. */
export function declareMoney(command: CommanderCommand): void {
  command
    .optionsGroup('Money:')
    .option(
      '--max-cost <usd>',
      'US dollars that the run’s calls may cost: trials that might cost more are not begun',
      decimal('--max-cost', { low: 0, high: 1_000_000, open: true }),
    )
    .option(
      '--model-prices <file>',
      'prices and sizes of models (YAML or JSON), before those known to this program',
    )
}

/** How many trials have a world at once. */
export function declarePace(command: CommanderCommand): void {
  command.option(
    '--max-sandboxes <n>',
    'trials with an open sandbox, at most (default: by what the machine can take)',
    wholeNumber('--max-sandboxes', { low: 1, high: 10_000 }),
  )
}

function baseUrl(text: string): string {
  const url = URL.parse(text)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text
  // It is not repeated: what is wrong with it may be that there is a key in it.
  throw new UsageError('Cannot use --model-base-url: it must be an http or https URL')
}
