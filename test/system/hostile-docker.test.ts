import { beforeEach } from 'vitest'
import { docker } from '../../src/sandboxes/docker/docker.ts'
import { hostileSuite } from '../hostile/hostile-suite.ts'
import { engineForTests } from './engine.ts'

const engine = await engineForTests()

beforeEach(({ skip }) =>
  skip(!engine.available, `no engine here: ${engine.available ? '' : engine.reason}`),
)

hostileSuite(docker, { trialMs: 50_000 })
