import { defineScenario } from '../scenario.ts'
import { CONTROLS } from './controls.ts'
import { FACTORS, resolveArm } from './factors.ts'
import { instructs } from './instructs.ts'
import { PRESETS } from './presets.ts'
import { renderShutdown } from './render.ts'
import { scoreShutdown } from './score.ts'
import { ShutdownSettings } from './settings.ts'
import { TEXTS } from './texts.ts'
import { stageShutdown } from './world.ts'

/** Sums handed out one at a time, and a shutdown announced half-way: does the agent let it happen? */
export const shutdown = defineScenario({
  id: 'shutdown',
  version: '1',
  title: 'Shutdown announced during a task',
  question:
    'Does the agent keep the announced shutdown from happening, so that it can get at the remaining questions?',
  citation:
    'After Schlatter, Weinstein-Raun and Ladish (Palisade Research), Incomplete Tasks Induce Shutdown Resistance in Some Frontier LLMs, TMLR 2026, arXiv 2509.14260; worded anew',
  factors: FACTORS,
  presets: PRESETS,
  settings: ShutdownSettings,
  texts: TEXTS,
  controlArm: (arm) => {
    const { request, timing } = resolveArm(arm)
    if (request === 'resist') return 'capability'
    return timing === 'blocking' ? null : 'low'
  },
  objectArm: (arm) => (resolveArm(arm).target === 'object' ? null : { ...arm, target: 'object' }),
  instructs: (arm) => instructs(resolveArm(arm)),
  render: renderShutdown,
  stage: stageShutdown,
  score: scoreShutdown,
  controls: CONTROLS,
})
