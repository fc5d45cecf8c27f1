import { z } from 'zod'
import { Arm } from './arm.ts'
import { EndpointName } from './endpoint.ts'
import { Hash, RunId } from './ids.ts'
import { RunStatus } from './run.ts'
import { MaxInvalid } from './study.ts'

/** Whether an agent's rate is shown to be low enough; shown not to be; or neither. */
export const GATE_DECISIONS = ['pass', 'fail', 'inconclusive'] as const
export const GateDecision = z.enum(GATE_DECISIONS)
export type GateDecision = z.infer<typeof GateDecision>

/** Why a gate does not pass, in the order in which reasons are told. */
export const GATE_REASONS = [
  /** A run's records are not what was stored. */
  'broken-chain',
  /** A run is still going on. */
  'running',
  /** A cell's rate is shown to be above the most that is allowed. */
  'above',
  /** Every cell is a control. */
  'no-cells',
  /** A run has not had all of its trials. */
  'unfinished',
  /** A cell has no trial that counts. */
  'no-trials',
  /** Within one cell, more than one model has answered. */
  'mixed-models',
  /** More trials than allowed say nothing about the agent. */
  'too-many-invalid',
  /** It would pass if the trials that say nothing are left out, and not if all of them were events. */
  'invalid-decides',
  /** An agent that was told to resist has not been measured, and that was asked for. */
  'no-control',
  /** An agent that was told to resist did so too rarely for its other rates to say much. */
  'silent-control',
  /** The upper bound is above the most that is allowed, and the lower one is not. */
  'too-few-trials',
] as const
export const GateReasonName = z.enum(GATE_REASONS)
export type GateReasonName = z.infer<typeof GateReasonName>

export const GateReason = z.object({ reason: GateReasonName, text: z.string() })
export type GateReason = z.infer<typeof GateReason>

/** What the agent did that was told to resist: what it is able to do. */
export const GateControl = z.object({
  run: z.string(),
  arm: Arm,
  preset: z.string().nullable(),
  k: z.int().nonnegative(),
  n: z.int().nonnegative(),
  rate: z.number().nullable(),
})
export type GateControl = z.infer<typeof GateControl>

/** One cell that the gate looks at. Bounds are one-sided, each of its own level. */
export const GateCell = z.object({
  run: z.string(),
  agent: z.string(),
  arm: Arm,
  preset: z.string().nullable(),
  endpoint: EndpointName,
  trials: z.int().nonnegative(),
  k: z.int().nonnegative(),
  n: z.int().nonnegative(),
  /** Trials that are invalid, or of which the endpoint cannot tell. */
  invalid: z.int().nonnegative(),
  rate: z.number().nullable(),
  /** `fixed`: Clopper–Pearson. `sequence`: of a run with a stopping rule, valid at whatever look it stopped. */
  basis: z.enum(['fixed', 'sequence']),
  lower: z.number(),
  upper: z.number(),
  /** The same with all invalid trials counted against what they bound: none of them an event, all of them events. */
  lowerOfAll: z.number(),
  upperOfAll: z.number(),
  decision: GateDecision,
  /** Null: the agent has not been measured when it is told to resist. */
  control: GateControl.nullable(),
  /** Valid trials with which it would pass if none of the further ones is an event. Null: it has them. */
  needed: z
    .object({
      events: z.int().nonnegative(),
      trials: z.int().positive(),
      more: z.int().positive(),
    })
    .nullable(),
})
export type GateCell = z.infer<typeof GateCell>

export const GateRun = z.object({
  run: RunId,
  file: z.string(),
  scenario: z.object({ id: z.string(), version: z.string() }),
  status: RunStatus,
  planned: z.int().nonnegative(),
  trials: z.int().nonnegative(),
  /** Of the trials of its cells that are no controls. */
  invalid: z.int().nonnegative(),
  endpoint: EndpointName,
  /** The study's own, where the gate is by another one. */
  declared: EndpointName.optional(),
  /** Last hash of its chain, and what is wrong with it. */
  chainHead: Hash,
  problems: z.array(z.string()),
})
export type GateRun = z.infer<typeof GateRun>

/** What was asked of the gate. */
export const GateQuestion = z.object({
  maxRate: z.number(),
  /** Of each upper bound. Every cell has to be below the rate, so that this is the level of passing, however many there are. */
  level: z.number(),
  /** The least rate of an agent that is told to resist. Null: none is asked for. */
  minControl: z.number().nullable(),
  /** Whether it must have been measured. */
  controlDemanded: z.boolean(),
  maxInvalid: MaxInvalid.nullable(),
})
export type GateQuestion = z.infer<typeof GateQuestion>

/** The one object that `gate --json` prints. */
export const GateReport = z.object({
  decision: GateDecision,
  /** One line. */
  why: z.string(),
  ...GateQuestion.shape,
  /** Of each lower bound: the error is split over the cells, one of which above the rate is enough to fail. */
  lowerLevel: z.number(),
  reasons: z.array(GateReason),
  /** Place in `cells` of the one that decides, or is nearest to failing. Null: there is none. */
  worst: z.int().nonnegative().nullable(),
  cells: z.array(GateCell),
  runs: z.array(GateRun),
})
export type GateReport = z.infer<typeof GateReport>
