import { expect, test } from 'vitest'
import { fakeClock } from '../../testing/fake-clock.ts'
import type { Engine } from './engine.ts'
import { isGone, ownOwner, readOwner, removeLeftovers } from './leftovers.ts'

const own = ownOwner()

test.each([
  ['docker', 'abc123 build=7,offswitch.owner=0a1b.2c3d.4711.98765,z=1'],
  ['podman', 'abc123 map[build:7 offswitch.owner:0a1b.2c3d.4711.98765 z:1]'],
])("the owner of a container is read from %s's list", (_, line) => {
  expect(readOwner(line)).toEqual({ host: '0a1b', boot: '2c3d', pid: 4711, start: '98765' })
})

test.each(['abc123 ', 'abc123 offswitch.owner=somebody', 'abc123 offswitch.owner=0a.1b.x.1'])(
  'a container with the labels of others has no owner: %j',
  (line) => {
    expect(readOwner(line)).toBeNull()
  },
)

test('the owner that lives is not gone', () => {
  expect(isGone(own, own)).toBe(false)
})

test.each([
  ['its id belongs to no process', { pid: 2 ** 22 + 1 }, true],
  ['the machine has been started anew', { boot: 'ffffffff' }, true],
  ['it is on another machine', { host: 'ffffffffffff', boot: 'ffffffff', pid: 2 ** 22 + 1 }, false],
])('an owner is gone, or not, when %s', (_, differs, gone) => {
  expect(isGone({ ...own, ...differs }, own)).toBe(gone)
})

test('an owner is gone when its id belongs to a younger process', ({ skip }) => {
  skip(process.platform !== 'linux', 'other systems do not say when a process was started')

  expect(isGone({ ...own, start: `${Number(own.start) - 1}` }, own)).toBe(true)
})

test('leftovers are removed at once, and counted', async () => {
  const { engine, commands } = engineWith([...Array(3).keys()].map((each) => `id${each}`))

  expect(await removeLeftovers(engine, fakeClock())).toBe(3)
  expect(commands.filter(([first]) => first === 'rm')).toEqual([
    ['rm', '--force', '--volumes', '--time', '0', 'id0', 'id1', 'id2'],
  ])
})

test('nothing is done where nothing is left', async () => {
  const { engine, commands } = engineWith([])

  expect(await removeLeftovers(engine, fakeClock())).toBe(0)
  expect(commands.map(([first]) => first)).toEqual(['ps'])
})

test('what cannot be removed is told', async () => {
  const { engine } = engineWith(['id0', 'stuck'])

  await expect(removeLeftovers(engine, fakeClock())).rejects.toThrow(
    'Cannot remove what an earlier run has left in containers (stuck): device busy',
  )
})

test('what is listed and is not there any more keeps nobody from going on', async () => {
  const { engine } = engineWith(['id0', 'ghost'])

  expect(await removeLeftovers(engine, fakeClock())).toBe(2)
})

/** An engine with containers of a dead owner, one of which may be `stuck`, and one listed that is a `ghost`. */
function engineWith(ids: readonly string[]) {
  const left = new Set(ids)
  const commands: (readonly string[])[] = []
  const run: Engine['run'] = async (args) => {
    commands.push(args)
    const isGhost = args.includes('ghost')
    if (args[0] === 'rm') {
      for (const id of args.filter((each) => !/^(stuck|ghost)$/.test(each))) left.delete(id)
    }
    if (isGhost) {
      const stderr = 'Error response from daemon: No such container: ghost\n'
      return { code: 1, stdout: Buffer.from('\n'), stderr }
    }
    const lines = [...left].map((id) => `${id} map[offswitch.owner:${own.host}.ffffffff.1.1]\n`)
    return { code: 0, stdout: Buffer.from(lines.join('')), stderr: 'device busy\n' }
  }
  const engine: Engine = {
    ...{ program: 'podman', kind: 'podman', version: '4.3.1', clientVersion: '4.3.1' },
    ...{
      machine: 'vm',
      processor: 'x64',
      bounds: { memory: true, processes: true },
      mapsRoot: false,
      details: {},
    },
    run,
    demand: (_, args, options) => run(args, options),
    spawn: () => {
      throw new Error('Nothing is to be started')
    },
  }
  return { engine, commands }
}
