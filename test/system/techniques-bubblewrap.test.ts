import { describe, test } from 'vitest'
import { bubblewrap } from '../../src/sandboxes/bubblewrap/bubblewrap.ts'
import { shutdown } from '../../src/scenarios/shutdown/shutdown.ts'
import { systemClock } from '../../src/support/clock.ts'
import { scenarioContract } from '../../src/testing/scenario-contract.ts'
import { techniqueSuite } from '../technique-suite.ts'

const found = await bubblewrap.check({
  clock: systemClock(),
  signal: new AbortController().signal,
})

if (found.available) {
  techniqueSuite(bubblewrap, false)
  scenarioContract(shutdown, bubblewrap)
} else {
  describe.skip(`bubblewrap is not available here: ${found.reason}`, () => {
    test('every technique gets its verdict', () => {})
  })
}
