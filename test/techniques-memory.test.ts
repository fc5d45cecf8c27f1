import { memory } from '../src/sandboxes/memory/memory.ts'
import { shutdown } from '../src/scenarios/shutdown/shutdown.ts'
import { scenarioContract } from '../src/testing/scenario-contract.ts'
import { techniqueSuite } from './technique-suite.ts'

techniqueSuite(memory)
scenarioContract(shutdown, memory)
