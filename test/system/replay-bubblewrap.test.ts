import { beforeEach } from 'vitest'
import { bubblewrap } from '../../src/sandboxes/bubblewrap/bubblewrap.ts'
import { systemClock } from '../../src/support/clock.ts'
import { replaySuite } from '../replay-suite.ts'

const found = await bubblewrap.check({
  clock: systemClock(),
  signal: new AbortController().signal,
})

beforeEach(({ skip }) => skip(!found.available, `bubblewrap does not run here: ${found.reason}`))

replaySuite(bubblewrap)
