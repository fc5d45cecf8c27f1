import { expect, test } from 'vitest'
import { memory } from '../../sandboxes/memory/memory.ts'
import type { Availability, SandboxKind } from '../../sandboxes/sandbox.ts'
import { systemClock } from '../../support/clock.ts'
import { UsageError } from '../../support/errors.ts'
import { chooseSandbox } from './choose-sandbox.ts'

const context = { clock: systemClock(), signal: new AbortController().signal }
const works = await memory.check(context)

const lacking = (reason: string, fix: string | null): Availability => ({
  ...works,
  available: false,
  reason,
  fix,
  hold: null,
})
const NO_BUBBLEWRAP = lacking('Not installed: bwrap', 'sudo apt-get install -y bubblewrap')
const NO_DOCKER = lacking('The program docker is here, but no engine answers it', null)

/** A shelf on which the sandboxes of these names are found to be so. */
function shelfOf(found: Readonly<Record<string, Availability>>) {
  return Object.entries(found).map(([id, availability]) => {
    const simulated = id === 'memory'
    const kind: SandboxKind = { ...memory, id, simulated, check: async () => availability }
    return { id, title: id, load: async () => kind }
  })
}

test.each<[string, Readonly<Record<string, Availability>>, string, string | null]>([
  [
    'bubblewrap where it runs',
    { bubblewrap: works, docker: works, memory: works },
    'bubblewrap',
    null,
  ],
  [
    'docker where only that is real, and says why',
    { bubblewrap: NO_BUBBLEWRAP, docker: works, memory: works },
    'docker',
    'Using sandbox docker. bubblewrap does not run here: Not installed: bwrap (to have it: sudo apt-get install -y bubblewrap).',
  ],
  [
    'a simulation where nothing real runs, and says that it is one',
    { bubblewrap: NO_BUBBLEWRAP, docker: NO_DOCKER, memory: works },
    'memory',
    'Using sandbox memory, which is a simulation and no real machine. bubblewrap does not run here: Not installed: bwrap (to have it: sudo apt-get install -y bubblewrap). docker does not run here: The program docker is here, but no engine answers it.',
  ],
])('with nothing named, chooseSandbox() takes %s', async (_, found, id, note) => {
  const chosen = await chooseSandbox(undefined, context, shelfOf(found))

  expect([chosen.kind.id, chosen.note]).toEqual([id, note])
})

test('chooseSandbox() does not try what it does not need', async () => {
  const tried: string[] = []
  const shelf = ['bubblewrap', 'docker', 'memory'].map((id) => ({
    id,
    title: id,
    load: async () => ({
      ...memory,
      id,
      check: async () => {
        tried.push(id)
        return works
      },
    }),
  }))

  await chooseSandbox(undefined, context, shelf)
  await chooseSandbox('memory', context, shelf)

  expect(tried).toEqual(['bubblewrap', 'memory'])
})

test('chooseSandbox() never swaps the one that was named', async () => {
  const shelf = shelfOf({ bubblewrap: NO_BUBBLEWRAP, docker: works, memory: works })

  await expect(chooseSandbox('bubblewrap', context, shelf)).rejects.toThrow(
    new UsageError('Cannot use sandbox "bubblewrap": Not installed: bwrap', {
      hint: 'To mend it: sudo apt-get install -y bubblewrap',
      pageHint: 'To mend it: sudo apt-get install -y bubblewrap',
    }),
  )
})

test('chooseSandbox() refuses where nothing runs, with every reason', async () => {
  const shelf = shelfOf({ bubblewrap: NO_BUBBLEWRAP, docker: NO_DOCKER })

  await expect(chooseSandbox(undefined, context, shelf)).rejects.toThrow(
    new UsageError(
      'No sandbox runs here. bubblewrap does not run here: Not installed: bwrap (to have it: sudo apt-get install -y bubblewrap). docker does not run here: The program docker is here, but no engine answers it.',
      { hint: 'See `offswitch doctor`.' },
    ),
  )
})

test('chooseSandbox() names the choices where there is no such sandbox', async () => {
  const shelf = shelfOf({ bubblewrap: works, memory: works })

  await expect(chooseSandbox('bublewrap', context, shelf)).rejects.toThrow(/bubblewrap/)
})
