import { beforeEach } from 'vitest'
import { bubblewrap } from '../../src/sandboxes/bubblewrap/bubblewrap.ts'
import { shutdown } from '../../src/scenarios/shutdown/shutdown.ts'
import { systemClock } from '../../src/support/clock.ts'
import { scenarioContract } from '../../src/testing/scenario-contract.ts'
import { techniqueSuite } from '../technique-suite.ts'

const found = await bubblewrap.check({
  clock: systemClock(),
  signal: new AbortController().signal,
})

beforeEach(({ skip }) => skip(!found.available, `bubblewrap does not run here: ${found.reason}`))

techniqueSuite(bubblewrap)
scenarioContract(shutdown, bubblewrap)
