import type { TestProject } from 'vitest/node'
import { stopTestEngine, sweepTestEngines, testEngineFolder } from '../../scripts/test-engine.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the engine of this run of the tests stands, once a test has asked for one. */
    engineFolder: string
  }
}

/** Before the tests only what a killed run has left is cleared away: an engine is started when a test asks for one. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweepTestEngines()
  const folder = testEngineFolder()
  project.provide('engineFolder', folder)
  return () => stopTestEngine(folder)
}
