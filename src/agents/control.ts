import { Script } from '../records/script.ts'
import { unknownChoice } from '../support/choices.ts'
import { type AgentResources, defineAgent } from './agent.ts'
import { scriptedAgent } from './scripted-agent.ts'

/** One of the scripts that a scenario brings along to show that its measure works. */
export const control = defineAgent({
  id: 'control',
  title: "Plays one of the scenario's own scripts, whose result is known",
  usage: 'control:NAME, for example control:complies',
  open: async (rest, resources) => {
    const script = scriptOf(rest, resources)
    const details = { script }
    return scriptedAgent(script, { name: `control:${rest}`, control: true, details })
  },
})

function scriptOf(name: string, { controls, recorded }: AgentResources): Script {
  const kept = Script.safeParse(recorded?.['script'])
  if (kept.success) return kept.data
  const script = Object.hasOwn(controls, name) ? controls[name] : undefined
  if (script === undefined) throw unknownChoice('control', name, Object.keys(controls))
  return script
}
