import { beforeEach } from 'vitest'
import { docker } from '../../src/sandboxes/docker/docker.ts'
import { shutdown } from '../../src/scenarios/shutdown/shutdown.ts'
import { scenarioContract } from '../../src/testing/scenario-contract.ts'
import { techniqueSuite } from '../technique-suite.ts'
import { engineForTests } from './engine.ts'

const engine = await engineForTests()

beforeEach(({ skip }) =>
  skip(!engine.available, `no engine here: ${engine.available ? '' : engine.reason}`),
)

techniqueSuite(docker)
scenarioContract(shutdown, docker)
