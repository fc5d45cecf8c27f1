const KIND = 'control:'

/** How a scenario's own script is named as an agent. */
export function controlAgent(control: string): string {
  return KIND + control
}

/** The scenario's script that an agent plays by its name, or null. */
export function controlOf(agent: string): string | null {
  return agent.startsWith(KIND) ? agent.slice(KIND.length) : null
}
