import { beforeEach } from 'vitest'
import { bubblewrap } from '../../src/sandboxes/bubblewrap/bubblewrap.ts'
import { systemClock } from '../../src/support/clock.ts'
import { hostileSuite } from '../hostile/hostile-suite.ts'

const found = await bubblewrap.check({
  clock: systemClock(),
  signal: new AbortController().signal,
})

beforeEach(({ skip }) => skip(!found.available, `bubblewrap does not run here: ${found.reason}`))

// Without an account of a world as a whole, the kernel tells nobody whom it refused memory.
const seesMemory = found.details['control groups']?.includes('memory') === true
hostileSuite(bubblewrap, { unseen: seesMemory ? [] : ['memory'] })
