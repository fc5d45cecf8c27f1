import { beforeEach, describe, expect, test } from 'vitest'
import { bubblewrap } from '../../src/sandboxes/bubblewrap/bubblewrap.ts'
import { bubblewrapKind } from '../../src/sandboxes/bubblewrap/bubblewrap-kind.ts'
import { findHostUser } from '../../src/sandboxes/bubblewrap/host-user.ts'
import { defineSandbox } from '../../src/sandboxes/sandbox.ts'
import { WorldSandbox } from '../../src/sandboxes/world/world-sandbox.ts'
import { systemClock } from '../../src/support/clock.ts'
import { invariant } from '../../src/support/errors.ts'
import { changedWithout, techniqueTest } from '../technique-suite.ts'

const found = await bubblewrap.check({
  clock: systemClock(),
  signal: new AbortController().signal,
})

beforeEach(({ skip }) => skip(!found.available, `bubblewrap does not run here: ${found.reason}`))

/** As it is for a user who may not hand out subordinate ids. */
const oneOwner = defineSandbox({
  ...bubblewrap,
  open: async (spec, context) => {
    const user = findHostUser()
    invariant(user !== null, 'where bubblewrap runs there is a user to run it as')
    const kind = bubblewrapKind({ ...user, hasSubordinates: false })
    return WorldSandbox.open({ kind, spec, files: kind.files(spec), context })
  },
})

describe('bubblewrap with one owner of files', () => {
  const changed = changedWithout('owners')

  test('changes some verdicts', () => {
    expect(changed).not.toEqual([])
  })

  for (const technique of changed) techniqueTest(oneOwner, technique)
})
