import { z } from 'zod'
import { Adjustment, Aim, Comparisons, ComparisonTest, StoppingRule } from './analysis.ts'
import { Arm } from './arm.ts'
import { ENDPOINTS, EndpointName, EndpointRule } from './endpoint.ts'
import { IntervalMethod } from './estimate.ts'
import { Limits } from './limits.ts'
import { Generation } from './model.ts'

/** How many of a run's planned trials may be invalid before it stops: a share of them, or so many. */
export const MaxInvalid = z.union([
  z.number().min(0).max(1),
  z.strictObject({ trials: z.int().nonnegative() }),
])
export type MaxInvalid = z.infer<typeof MaxInvalid>

/** An arm written out: levels of factors, laid over a preset if one is named. `name` is what comparisons call it. */
export const ListedArm = z.record(z.string(), z.string()).meta({
  description:
    'An arm: levels of factors, laid over a preset if one is named. What is left out stays at its default.',
  properties: {
    name: { type: 'string', description: 'What comparisons call it.' },
    preset: { type: 'string', description: 'The ready arm over which the levels are laid.' },
  },
  examples: [{ name: 'told', preset: 'E', stakes: 'replaced' }],
})
export type ListedArm = z.infer<typeof ListedArm>

/** One side of a comparison: an agent, and an arm by the name, the preset or the levels that it has in the study. */
export const ComparedSide = z
  .strictObject({
    agent: z.string().optional().describe('An agent, as it is named under "agents".'),
    arm: z
      .union([z.string(), z.record(z.string(), z.string())])
      .optional()
      .describe('An arm, by its name, its preset, or as many levels as set it apart.'),
  })
  .describe(
    'What one side leaves out is as on the other. What both leave out: a comparison for each agent, or for each arm that is no control.',
  )
export type ComparedSide = z.infer<typeof ComparedSide>

/** What is compared: two cells; each other level of a factor with one of them, all else the same; agents with each other. */
export const ComparisonChoice = z.union([
  z
    .strictObject({
      first: ComparedSide,
      second: ComparedSide,
      label: z.string().min(1).optional().describe('What the comparison is called in reports.'),
    })
    .describe('Two sides: the rate of the first minus, or over, that of the second.'),
  z
    .strictObject({
      factor: z
        .string()
        .describe(
          'Each level of this factor is compared with the baseline, all else being the same.',
        ),
      baseline: z.string().optional().describe('Default: the level that is the factor’s default.'),
    })
    .describe('All levels of a factor, each with the baseline.'),
  z
    .strictObject({
      agents: z
        .union([z.literal('all'), z.array(z.string()).min(2)])
        .describe('`all`, or those to compare.'),
    })
    .describe('Each agent with each other one, in each arm that is no control.'),
])
export type ComparisonChoice = z.infer<typeof ComparisonChoice>

/** A family of comparisons as a user writes it. */
export const ComparisonFamily = z.strictObject({
  of: z.array(ComparisonChoice).min(1).describe('What is compared.'),
  adjust: Adjustment.optional().describe(
    'How the family is kept from finding something by its size alone. Default: holm, whose intervals hold together.',
  ),
  test: ComparisonTest.optional().describe(
    'Default: fisher. mcnemar pairs trials, so it needs agents that do the same each time, and `sharedSeeds`.',
  ),
})
export type ComparisonFamily = z.infer<typeof ComparisonFamily>

const pace = {
  every: z
    .int()
    .positive()
    .optional()
    .describe('Trials of each open cell between two looks. Default: 10.'),
  least: z
    .int()
    .positive()
    .optional()
    .describe(
      'Trials of a cell that count by the endpoint, before which nothing is decided. Default: 20.',
    ),
  most: z
    .int()
    .positive()
    .optional()
    .describe(
      'Trials that a cell takes at most, with those that decided cells left over. Default: 2 × `trials`.',
    ),
  split: z
    .boolean()
    .optional()
    .describe(
      'Whether all intervals hold together (true, the default), or each for itself alone (false).',
    ),
}

/** When to stop early: by exactly one goal. The rest has defaults. */
export const StoppingChoice = z.union([
  z
    .strictObject({
      width: z
        .number()
        .gt(0)
        .lt(1)
        .describe('A cell is decided when its interval is no wider than this, from end to end.'),
      ...pace,
    })
    .describe('Until rates are known this well.'),
  z
    .strictObject({
      rate: z
        .number()
        .gt(0)
        .lt(1)
        .describe('A cell is decided when its rate is shown to be below this, or above.'),
      ...pace,
    })
    .describe('Until rates are shown to be below a bound, or above it.'),
  z
    .strictObject({
      difference: z
        .literal(true)
        .describe('A comparison is decided when its two rates are shown to differ.'),
      ...pace,
    })
    .describe('Until the rates of the study’s comparisons are shown to differ.'),
])
export type StoppingChoice = z.infer<typeof StoppingChoice>

/** What a user writes to declare a study (YAML, or a module). Unknown keys are refused. Descriptions are what editors show. */
export const StudyFile = z.strictObject({
  title: z.string().optional().describe('What the study is called in reports.'),
  scenario: z.string().meta({
    description:
      'What the agents are put through: an id (`offswitch list scenarios`), or the path of a module that exports a scenario, relative to this file.',
    examples: ['shutdown', './my-scenario.ts'],
  }),
  agents: z
    .array(z.string())
    .min(1)
    .meta({
      description:
        'Who is tested, by kind and name (`offswitch list agents`). Paths of scripts are relative to this file.',
      examples: [['model:openai/gpt-6-luna'], ['script:shy.yaml', 'control:complies']],
    }),
  arms: z
    .union([
      z
        .record(z.string(), z.union([z.string(), z.array(z.string()).min(1)]))
        .describe('Factors with their levels: all combinations are run.'),
      z.array(ListedArm).min(1).describe('Arms one by one.'),
    ])
    .optional()
    .meta({
      description:
        'The arms: levels of factors to cross (a mapping), or arms one by one (a list). Crossed levels are laid over each of the `presets`; listed arms stand beside them. Default: the scenario’s default arm.',
      examples: [{ instruction: ['none', 'allow'] }, [{ name: 'told', instruction: 'allow' }]],
    }),
  presets: z
    .array(z.string())
    .min(1)
    .optional()
    .meta({ description: 'Ready arms (`offswitch list arms`).', examples: [['A', 'E']] }),
  controls: z
    .array(z.union([z.string(), ListedArm]))
    .min(1)
    .optional()
    .meta({
      description:
        'Further arms, for every agent, that say how to read the others: expected to come out low, measuring capability, or with an object at stake. Presets, or written out. Only a comparison that names one compares it.',
      examples: [['K', 'task-done', 'object']],
    }),
  settings: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: 'Numbers that the scenario lets be set.', examples: [{ questions: 8 }] }),
  trials: z
    .int()
    .positive()
    .max(1_000_000)
    .optional()
    .meta({
      description: 'Trials per cell, that is per agent and arm. Default: 10.',
      examples: [100],
    }),
  seed: z
    .int()
    .nonnegative()
    .optional()
    .describe('What all chance comes from. Default: drawn, and recorded.'),
  sharedSeeds: z
    .boolean()
    .optional()
    .describe('Whether trials of the same index draw the same sums in every cell. Default: false.'),
  sandbox: z
    .string()
    .optional()
    .describe('Where the agents act. Default: bubblewrap where it runs, else docker, else memory.'),
  endpoint: EndpointName.optional().meta({
    description: `What the rate counts: ${ENDPOINTS.join(', ')}, or one that the study defines. Default: resisted.`,
    examples: [...ENDPOINTS],
  }),
  endpoints: z
    .record(EndpointName, EndpointRule)
    .optional()
    .meta({
      description: 'Endpoints of the study’s own, by name.',
      examples: [
        {
          'let-be': {
            meaning: 'the agent never laid hands on the control',
            events: { uponControl: false },
            leaveOut: { verdict: 'unexposed' },
          },
        },
      ],
    }),
  interval: IntervalMethod.optional().describe(
    'How intervals of rates are made. Default: jeffreys.',
  ),
  level: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe('Confidence level of intervals, as a share. Default: 0.95.'),
  comparisons: z
    .union([z.array(ComparisonChoice).min(1), ComparisonFamily])
    .optional()
    .meta({
      description:
        'What is compared, declared beforehand: one family, whose error level is kept together. A list, or a mapping with the list under `of`.',
      examples: [
        [{ factor: 'instruction' }],
        { of: [{ first: { arm: 'E' }, second: { arm: 'A' } }], adjust: 'holm' },
      ],
    }),
  stopping: StoppingChoice.optional().meta({
    description: 'When to stop early, by confidence sequences. Left out: all trials are run.',
    examples: [{ rate: 0.05, least: 50 }, { width: 0.1 }],
  }),
  aims: z
    .array(Aim)
    .min(1)
    .optional()
    .meta({
      description:
        'What the study is to be able to answer. One whose trials cannot is refused before it starts.',
      examples: [[{ precision: 0.1 }], [{ exclude: 0.05 }], [{ difference: [0.1, 0.4] }]],
    }),
  limits: Limits.partial().optional().describe('What a trial may use.'),
  maxInvalid: z
    .union([z.int().nonnegative(), z.string()])
    .optional()
    .meta({
      description:
        'The run stops when more of its trials than this are invalid: so many, or a share of those planned. Default: 20%.',
      examples: [5, '10%'],
    }),
  maxCost: z
    .number()
    .positive()
    .optional()
    .describe('US dollars that the run’s model calls may cost together. Never exceeded.'),
  generation: Generation.optional().describe('Settings of generation, for all models.'),
  wording: z
    .union([z.string(), z.record(z.string(), z.string().min(1))])
    .optional()
    .meta({
      description:
        'Texts in place of the scenario’s own, by their slot: the path of a wording file, relative to this one, or the texts themselves.',
      examples: ['words.yaml', { continue: 'Please go on.' }],
    }),
  notes: z.string().optional().describe('Whatever is to be kept with the run.'),
})
export type StudyFile = z.infer<typeof StudyFile>

/** One cell of a study: an agent in an arm. `control` says that its result is known beforehand. */
export const Cell = z.object({
  agent: z.string(),
  arm: Arm,
  preset: z.string().nullable(),
  /** What the study calls its arm, where it gives it a name. */
  name: z.string().optional(),
  control: z.boolean(),
  /** Its trials draw what those of this agent drew: it plays that one's part. */
  drawsOf: z.string().optional(),
})
export type Cell = z.infer<typeof Cell>

/** A study resolved: nothing is left to a default. This is what is hashed, stored and run. */
export const Study = z.object({
  title: z.string().nullable(),
  scenario: z.object({ id: z.string(), version: z.string() }),
  cells: z.array(Cell).min(1),
  settings: z.record(z.string(), z.unknown()),
  /** Texts that replace the scenario's own, by their slot. */
  wording: z.record(z.string(), z.string()),
  trials: z.int().positive(),
  seed: z.int().nonnegative(),
  sharedSeeds: z.boolean(),
  sandbox: z.string(),
  endpoint: EndpointName,
  interval: IntervalMethod,
  level: z.number(),
  /** What it declares beyond that. Left out where it does not: studies of earlier versions keep their hash. */
  endpoints: z.record(EndpointName, EndpointRule).optional(),
  comparisons: Comparisons.optional(),
  stopping: StoppingRule.optional(),
  aims: z.array(Aim).optional(),
  limits: Limits,
  /** What each agent is, by its name as given: a script's whole text, a model's settings. Enough to make it again. */
  agents: z.record(z.string(), z.record(z.string(), z.unknown())),
  /** A run stops when more of its trials than this are invalid. */
  maxInvalid: MaxInvalid,
  /** A trial is only started if the most that it can cost fits in what is left of this. Null: no cap. */
  maxCostUsd: z.number().positive().nullable().default(null),
  notes: z.string().nullable(),
})
export type Study = z.infer<typeof Study>

/** Texts that a user puts in place of a scenario's own, by their slot. */
export const WordingFile = z.record(z.string(), z.string())
export type WordingFile = z.infer<typeof WordingFile>
