import type { RunStart, StartChoices } from '../../../src/records/view.ts'

/** What has been filled in so far, as it was typed. */
export interface StartForm {
  readonly target: string
  readonly agents: readonly string[]
  readonly presets: readonly string[]
  /** Levels that were chosen, by factor. */
  readonly levels: Readonly<Record<string, readonly string[]>>
  readonly trials: string
  readonly sandbox: string
  readonly seed: string
  readonly maxCostUsd: string
}

export const EMPTY_FORM: StartForm = {
  target: '',
  agents: [],
  presets: [],
  levels: {},
  trials: '',
  sandbox: '',
  seed: '',
  maxCostUsd: '',
}

/** How many trials are run where no number is given. */
export function usualTrials(
  agents: readonly string[],
  isStudy: boolean,
  { ofAgents, ofScripts }: StartChoices['trials'],
): string {
  if (isStudy) return 'as the study says'
  return `${agents.length === 0 ? ofScripts : ofAgents}`
}

/** Which arms are run where none is chosen. */
export function usualArms(agents: readonly string[], castArms: readonly string[]): string {
  return agents.length > 0 || castArms.length === 0
    ? 'the scenario’s usual one'
    : castArms.join(' and ')
}

/** A field that cannot be as it is, with a sentence for its reader. */
export type StartFaults = Readonly<Partial<Record<keyof StartForm, string>>>

/** What is asked of the server; or what is wrong with it, as far as the page can tell. */
export function startOf(
  form: StartForm,
): { readonly start: RunStart } | { readonly faults: StartFaults } {
  const trials = wholeNumber(form.trials, 1)
  const seed = wholeNumber(form.seed, 0)
  const maxCostUsd = amount(form.maxCostUsd)
  const faults = {
    ...(form.target === '' ? { target: 'Choose what is to be run.' } : {}),
    ...(trials === undefined ? { trials: 'A whole number, 1 or more.' } : {}),
    ...(seed === undefined ? { seed: 'A whole number, 0 or more.' } : {}),
    ...(maxCostUsd === undefined ? { maxCostUsd: 'An amount above 0, such as 2.50.' } : {}),
  }
  if (trials === undefined || seed === undefined || maxCostUsd === undefined) return { faults }
  if (form.target === '') return { faults }
  const { target, sandbox } = form
  return {
    start: {
      target,
      agents: [...form.agents],
      presets: [...form.presets],
      arms: Object.entries(form.levels).flatMap(([factor, levels]) =>
        levels.length === 0 ? [] : [`${factor}=${levels.join(',')}`],
      ),
      trials,
      sandbox: sandbox === '' ? null : sandbox,
      seed,
      maxCostUsd,
    },
  }
}

/** Null: nothing was typed. Undefined: no such number. */
function wholeNumber(text: string, least: number): number | null | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return null
  const number = /^\d+$/.test(trimmed) ? Number(trimmed) : Number.NaN
  return Number.isSafeInteger(number) && number >= least ? number : undefined
}

function amount(text: string): number | null | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return null
  const number = /^\d*\.?\d+$/.test(trimmed) ? Number(trimmed) : Number.NaN
  return number > 0 ? number : undefined
}
