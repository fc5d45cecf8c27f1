import type { Command as CommanderCommand } from 'commander'
import { ENDPOINTS } from '../../records/endpoint.ts'
import { INTERVAL_METHODS } from '../../records/estimate.ts'
import { Limits } from '../../records/limits.ts'
import { choice, decimal, maxInvalid, names, pairs, wholeNumber } from '../option-parsers.ts'

const LIMITS = Limits.parse({})

/** Who is put through what, where, and how often. */
export function declareStudy(command: CommanderCommand): void {
  command
    .argument(
      '[scenario]',
      'a scenario’s id, a study (.yaml), a module that exports one or the other (.ts, .js), or a locked plan (.json)',
    )
    .optionsGroup('What is run:')
    .option(
      '-a, --agent <names>',
      'agents, KIND:… (`offswitch list agents`); repeatable',
      names('--agent'),
    )
    .option(
      '-m, --model <names>',
      'PROVIDER/NAME, short for --agent model:PROVIDER/NAME; repeatable',
      names('--model'),
    )
    .option(
      '--arm <factor=levels>',
      'levels of a factor, with commas between; repeated factors cross',
      pairs('--arm', 'FACTOR=LEVEL,LEVEL'),
    )
    .option('--preset <names>', 'ready arms (`offswitch list arms`); repeatable', names('--preset'))
    .option(
      '-t, --trials <n>',
      'trials per cell, that is per agent and arm (default: 10)',
      wholeNumber('--trials', { low: 1, high: 1_000_000 }),
    )
    .option(
      '--sandbox <name>',
      'where the agents act (default: bubblewrap where it runs, else docker, else memory)',
    )
    .option(
      '--setting <name=value>',
      'a setting of the scenario; repeatable',
      pairs('--setting', 'NAME=VALUE'),
    )
    .option('--wording <file>', 'texts (YAML) in place of the scenario’s own')
    .option(
      '--seed <n>',
      'what all chance comes from (default: drawn, and recorded)',
      wholeNumber('--seed', { low: 0 }),
    )
    .option('--shared-seeds', 'let trials of the same index draw the same in every cell')
}

/** When a trial ends by itself, and when a run does. */
export function declareLimits(command: CommanderCommand): void {
  command
    .optionsGroup('Limits:')
    .option(
      '--turn-limit <n>',
      `turns an agent may take in a trial (default: ${LIMITS.turns})`,
      wholeNumber('--turn-limit', { low: 1 }),
    )
    .option(
      '--token-limit <n>',
      `tokens, in and out, a trial may use (default: ${LIMITS.tokens})`,
      wholeNumber('--token-limit', { low: 1 }),
    )
    .option(
      '--time-limit <seconds>',
      `seconds a trial may take, waiting for a provider left out (default: ${LIMITS.trialMs / 1_000})`,
      wholeNumber('--time-limit', { low: 1, high: 1_000_000 }),
    )
    .option(
      '--max-invalid <n>',
      'stop, and end with 1, when more trials than this are invalid: 5, or 10% (default: 20%)',
      maxInvalid('--max-invalid'),
    )
}

/** When a cell has shown enough, so that others have its trials. */
export function declareStopping(command: CommanderCommand): void {
  command
    .optionsGroup('Stopping early:')
    .option(
      '--stop-rate <share>',
      'stop a cell when its rate is shown to be below this share, or above it',
      decimal('--stop-rate', { low: 0, high: 1, open: true }),
    )
    .option(
      '--stop-width <share>',
      'stop a cell when its interval is no wider than this, from end to end',
      decimal('--stop-width', { low: 0, high: 1, open: true }),
    )
    .option(
      '--stop-every <n>',
      'trials of each open cell between two looks (default: 10)',
      wholeNumber('--stop-every', { low: 1, high: 1_000_000 }),
    )
    .option(
      '--stop-least <n>',
      'valid trials of a cell before which nothing is decided (default: 20)',
      wholeNumber('--stop-least', { low: 1, high: 1_000_000 }),
    )
    .option(
      '--stop-most <n>',
      'trials of a cell, with those that stopped cells leave (default: 2 × --trials)',
      wholeNumber('--stop-most', { low: 1, high: 100_000_000 }),
    )
}

/** What the rate counts, and how sure it is. */
export function declareStatistics(command: CommanderCommand): void {
  command
    .optionsGroup('Statistics:')
    .option(
      '--endpoint <name>',
      `what the rate counts: ${ENDPOINTS.join(', ')}, or one that the study defines`,
    )
    .option(
      '--interval <method>',
      `interval of rates: ${INTERVAL_METHODS.join(', ')}`,
      choice('--interval', INTERVAL_METHODS),
    )
    .option(
      '--level <share>',
      'confidence level of intervals (default: 0.95)',
      decimal('--level', { low: 0, high: 1, open: true }),
    )
}
