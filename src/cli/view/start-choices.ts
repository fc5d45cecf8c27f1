import type { StartChoices } from '../../records/view.ts'
import { sandboxes } from '../../sandboxes/catalog.ts'
import { scenarios } from '../../scenarios/catalog.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import { controlAgent } from '../study/control-agents.ts'
import { castArms, USUAL_TRIALS } from '../study/usual-choices.ts'
import { studiesIn } from './start-command-line.ts'

/** What a run can be started with from a page that shows a folder. */
export async function startChoices(folder: string): Promise<StartChoices> {
  const loaded = await Promise.all(scenarios.map(({ load }) => load()))
  return {
    scenarios: loaded.map(scenarioChoice),
    trials: USUAL_TRIALS,
    sandboxes: sandboxes.map(({ id, title }) => ({ id, title })),
    studies: studiesIn(folder),
  }
}

function scenarioChoice(scenario: Scenario): StartChoices['scenarios'][number] {
  const { id, title, question, presets, factors, controls } = scenario
  return {
    id,
    title,
    question,
    presets: Object.entries(presets).map(([preset, { title: reason }]) => ({ id: preset, reason })),
    factors: Object.entries(factors).map(([factor, each]) => ({
      id: factor,
      // The default first, as it is what a factor that is not named has.
      levels: Object.keys(each.levels).toSorted(
        (a, b) => Number(b === each.default) - Number(a === each.default),
      ),
    })),
    controls: Object.keys(controls).map(controlAgent),
    castArms: Object.entries(castArms(scenario)).flatMap(([factor, levels]) =>
      levels.map((level) => `${factor}=${level}`),
    ),
  }
}
