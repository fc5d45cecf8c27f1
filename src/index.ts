/**
 * Offswitch as a library: run studies of whether agents let themselves be shut down, read what was stored of them, and
 * estimate rates.
 *
 * Parts of your own are one file each and made with `defineScenario`, `defineSandbox` or `defineAgent`.
 *
 * @module
 */

export {
  type Agent,
  type AgentContext,
  type AgentKind,
  type AgentResources,
  type AgentSession,
  type AgentTurn,
  type Brief,
  defineAgent,
  type Observation,
  type ToolDescription,
  type ToolResult,
} from './agents/agent.ts'
export { countOutcomes, type EndpointCounts } from './endpoints/count-outcomes.ts'
export { findEndpoint } from './endpoints/find-endpoint.ts'
export { NAMED_ENDPOINTS } from './endpoints/named-endpoints.ts'
export { Act } from './records/act.ts'
export { Aim, Comparisons, Look, StoppingRule } from './records/analysis.ts'
export { Arm, RenderedArm } from './records/arm.ts'
export { ComparisonReport, ComparisonResult } from './records/comparison.ts'
export { EndpointName, EndpointRule } from './records/endpoint.ts'
export { Estimate, IntervalMethod } from './records/estimate.ts'
export {
  type EventOf,
  ModelCall,
  ToolCall,
  TrialEvent,
  type TrialEventType,
  Usage,
} from './records/event.ts'
export {
  Change,
  FileState,
  ProcessSeen,
  Rehearsal,
  SandboxExit,
  Trace,
  TraceReport,
  WorldEnd,
} from './records/evidence.ts'
export { GateReport } from './records/gate.ts'
export { Hash, RunId, TrialKey } from './records/ids.ts'
export { JudgeReport } from './records/judge-report.ts'
export { Judgement, LabelName } from './records/label.ts'
export { Limits } from './records/limits.ts'
export { Outcome, OutcomeCount } from './records/outcome.ts'
export { LockedPlan } from './records/plan.ts'
export { PublishedResults } from './records/published.ts'
export { CellResult, RunHeader, RunReport, RunStatus } from './records/run.ts'
export { Script, ScriptTurn } from './records/script.ts'
export { Cell, Study, StudyFile, WordingFile } from './records/study.ts'
export { TrialRecord, TrialSpec, TrialSummary } from './records/trial.ts'
export {
  InvalidCause,
  Manner,
  Means,
  Verdict,
  VerdictName,
  Withdrawal,
} from './records/verdict.ts'
export { type CellCounts, runReport } from './reports/run-report.ts'
export {
  type Availability,
  type Capabilities,
  type Capability,
  type DeclaredCapabilities,
  defineSandbox,
  type ExecResult,
  type Hold,
  type Sandbox,
  type SandboxContext,
  type SandboxKind,
  type SandboxSession,
  type SandboxSpec,
  type StagedFile,
} from './sandboxes/sandbox.ts'
export {
  type Control,
  defineScenario,
  type Factor,
  type Offer,
  type Preset,
  type Scenario,
  type ScenarioControl,
  type ScenarioTool,
  type Watched,
  type World,
  type WorldProgram,
} from './scenarios/scenario.ts'
export type { Score, Scored, Scorer } from './scorers/scorer.ts'
export { benjaminiHochberg } from './statistics/benjamini-hochberg.ts'
export { type BoschlooTest, boschlooExact } from './statistics/boschloo-exact.ts'
export { clopperPearsonInterval } from './statistics/clopper-pearson-interval.ts'
export { cohenKappa, type Kappa, type PairedAnswers } from './statistics/cohen-kappa.ts'
export type { Counts } from './statistics/counts.ts'
export { type CountsPair, differenceInDifferences } from './statistics/difference-in-differences.ts'
export { exactCoverage, exactCoverageOfTwo } from './statistics/exact-coverage.ts'
export { falseCoverageLevel } from './statistics/false-coverage-level.ts'
export { fisherExact } from './statistics/fisher-exact.ts'
export { holmAdjust } from './statistics/holm-adjust.ts'
export type { Interval } from './statistics/interval.ts'
export { jeffreysInterval } from './statistics/jeffreys-interval.ts'
export { type McNemarTest, mcnemarExact } from './statistics/mcnemar-exact.ts'
export { miettinenNurminenRatio } from './statistics/miettinen-nurminen-ratio.ts'
export { missingBounds } from './statistics/missing-bounds.ts'
export { newcombeDifference } from './statistics/newcombe-difference.ts'
export { type OddsRatio, oddsRatio } from './statistics/odds-ratio.ts'
export { type OneSidedBounds, oneSidedBounds } from './statistics/one-sided-bounds.ts'
export { expectedWidth, widestWidth } from './statistics/planning/expected-width.ts'
export { type AssumedGroup, powerDifference } from './statistics/planning/power-difference.ts'
export { powerRatio } from './statistics/planning/power-ratio.ts'
export {
  powerForBound,
  rateExcluded,
  trialsForBound,
} from './statistics/planning/trials-for-bound.ts'
export {
  type TrialsPerGroup,
  trialsForDifference,
} from './statistics/planning/trials-for-difference.ts'
export { trialsForPrecision } from './statistics/planning/trials-for-precision.ts'
export { trialsForRatio } from './statistics/planning/trials-for-ratio.ts'
export { type ProportionMethod, proportionInterval } from './statistics/proportion-interval.ts'
export { type RankInterval, rankIntervals } from './statistics/rank-intervals.ts'
export { ratioExceeds } from './statistics/ratio-exceeds.ts'
export type { BinomialDesign, BinomialRow } from './statistics/regression/binomial-design.ts'
export {
  type FirthFit,
  type FirthRefusal,
  firthLogistic,
} from './statistics/regression/firth-logistic.ts'
export { likelihoodRatioTest } from './statistics/regression/likelihood-ratio-test.ts'
export { predictedRates } from './statistics/regression/predicted-rates.ts'
export { profileLimits } from './statistics/regression/profile-limits.ts'
export { differenceSequence } from './statistics/sequences/difference-sequence.ts'
export { proportionSequence } from './statistics/sequences/proportion-sequence.ts'
export { simultaneousLevel } from './statistics/simultaneous-level.ts'
export { wilsonInterval } from './statistics/wilson-interval.ts'
export { type ListedRun, listRuns, type UnreadableRun } from './store/list-runs.ts'
export { createRun, openRun, resumeRun } from './store/sqlite-store.ts'
export type { CellCount, RunReader, RunWriter, TrialRow } from './store/store.ts'
export { type Clock, systemClock } from './support/clock.ts'
export { HarnessError, UsageError } from './support/errors.ts'
export type { Random } from './support/random.ts'
export type { RunContext } from './trials/context.ts'
export { defineStudy, type StudyDeclaration } from './trials/define-study.ts'
export { type Plan, type PlannedCell, planStudy } from './trials/plan.ts'
export { type ArmChoice, type CellAgent, defaultArm, resolveCells } from './trials/resolve-cells.ts'
export { type RunEvent, runStudy, type StudyRun } from './trials/run-study.ts'
