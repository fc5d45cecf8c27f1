import type { LaneState } from '../../agents/connections.ts'
import { durationText } from '../../reports/duration-text.ts'
import { escapeLine } from '../../reports/escape-text.ts'
import { usdText } from '../../support/usd-text.ts'
import { hasStoppedAnswering } from './is-crowded.ts'

/** What the trials of a run need, and how much of it they have now. */
export interface Supplies {
  /** The ways to models; none where no agent is one. */
  readonly lanes: readonly LaneState[]
  readonly sandboxes: { readonly inFlight: number; readonly limit: number }
  readonly money: {
    readonly spentUsd: number
    /** With what is set aside for trials in flight. */
    readonly committedUsd: number
    readonly capUsd: number | null
    /** Trials in flight that wait for what others leave over. */
    readonly waiting: number
  }
}

/** More ways than this are told of as one. */
const LANES_MAX = 6
/** Below so many columns words that say nothing new are left out. */
const NARROW = 72
const SEEN_USD = 0.000_001

/** A line for each way to a model, and one for sandboxes and money. */
export function suppliesLines(supplies: Supplies, width: number): string[] {
  const isNarrow = width < NARROW
  const { inFlight, limit } = supplies.sandboxes
  const last = [
    isNarrow ? `sandboxes ${inFlight}/${limit}` : `sandboxes: ${inFlight} of ${limit}`,
    ...moneyParts(supplies.money, isNarrow),
  ]
  return [...laneTexts(supplies.lanes, isNarrow), last.join(', ')]
}

/** All of it on one line, for what is no terminal; empty where there is nothing but sandboxes to tell of. */
export function suppliesLine(supplies: Supplies): string {
  const lanes = laneTexts(supplies.lanes, false)
  const parts = [...lanes, ...moneyParts(supplies.money, false)]
  if (parts.length === 0) return ''
  const { inFlight, limit } = supplies.sandboxes
  return [
    ...lanes,
    [`sandboxes: ${inFlight} of ${limit}`, ...parts.slice(lanes.length)].join(', '),
  ].join('; ')
}

export function laneTexts(lanes: readonly LaneState[], isNarrow: boolean): string[] {
  const shown = lanes.length > LANES_MAX ? [allOf(lanes)] : lanes
  return shown.map((lane) => `${escapeLine(lane.name)}: ${laneText(lane, isNarrow)}`)
}

function laneText(lane: LaneState, isNarrow: boolean): string {
  const { inFlight, limit, waiting, closedMs, failed } = lane
  const isSilent = hasStoppedAnswering(lane)
  const closed = closedMs > 0 ? `closed for ${secondsText(closedMs)}` : ''
  if (isNarrow) {
    const calls = closed === '' ? `${inFlight}/${limit} calls` : closed
    return parts(calls, isSilent ? `${failed} failed` : '', waiting)
  }
  const calls =
    closed === '' ? `${inFlight} of ${limit} calls in flight` : `${closed}, as the provider asks`
  return parts(calls, isSilent ? `no answer to the last ${failed}` : '', waiting)
}

function parts(calls: string, failed: string, waiting: number): string {
  return [calls, failed, waiting === 0 ? '' : `${waiting} waiting`].filter(Boolean).join(', ')
}

/** Whole seconds: it is looked at as it runs down. */
function secondsText(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  return seconds < 60 ? `${seconds} s` : durationText(seconds * 1_000)
}

function allOf(lanes: readonly LaneState[]): LaneState {
  const sum = (count: (lane: LaneState) => number): number =>
    lanes.reduce((total, lane) => total + count(lane), 0)
  return {
    name: `${lanes.length} models`,
    inFlight: sum(({ inFlight }) => inFlight),
    limit: sum(({ limit }) => limit),
    waiting: sum(({ waiting }) => waiting),
    // Closed altogether only where each is.
    closedMs: Math.min(...lanes.map(({ closedMs }) => closedMs)),
    failed: sum(({ failed }) => failed),
  }
}

/** Without a cap, nothing spent is nothing known: no price, or no model. */
function moneyParts(
  { spentUsd, committedUsd, capUsd, waiting }: Supplies['money'],
  isNarrow: boolean,
): string[] {
  if (capUsd === null) return spentUsd > 0 ? [`spent ${usdText(spentUsd)} USD`] : []
  const spent = isNarrow
    ? `${usdText(spentUsd)}/${usdText(capUsd)} USD`
    : `spent ${usdText(spentUsd)} of ${usdText(capUsd)} USD`
  const asideUsd = committedUsd - spentUsd
  // It says why no more trials are in flight where the cap is what keeps them back.
  const sum = asideUsd < SEEN_USD ? spent : `${spent} (${usdText(asideUsd)} set aside)`
  return waiting === 0 ? [sum] : [sum, isNarrow ? `${waiting} short` : `${waiting} wait for more`]
}
