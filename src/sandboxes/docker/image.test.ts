import { expect, test } from 'vitest'
import { HarnessError } from '../../support/errors.ts'
import type { Engine, EngineResult } from './engine.ts'
import { findImage, imageName, LOCAL_BASE, requireImage } from './image.ts'

const NAME = imageName()

test("the image's name says which Dockerfile it is of", () => {
  expect(NAME).toMatch(/^offswitch-world:[0-9a-f]{12}$/)
})

test('an image that is there is taken as it is, and looked for once', async () => {
  const { engine, commands } = engineWith({ [NAME]: { id: 'sha256:1', version: '1' } })

  const found = [await findImage(engine), await findImage(engine)]

  expect(found).toEqual([0, 1].map(() => ({ image: { id: 'sha256:1', name: NAME, base: null } })))
  expect(commands).toEqual([`image inspect ${NAME}`])
})

test('an image is built once by all who need it, on the local base and without a network', async () => {
  const { engine, commands } = engineWith({ [LOCAL_BASE]: { id: 'sha256:base' } })

  const found = await Promise.all([requireImage(engine), requireImage(engine)])

  expect(found).toEqual([0, 1].map(() => ({ id: 'sha256:built', name: NAME, base: LOCAL_BASE })))
  expect(commands).toEqual([
    `image inspect ${NAME}`,
    `image inspect ${LOCAL_BASE}`,
    `build --force-rm --network none --build-arg BASE=${LOCAL_BASE} --tag ${NAME} -`,
    `image inspect ${NAME}`,
    'run',
  ])
})

test.each([
  ['without our label', undefined],
  ['of another version', '0'],
])('an image of that name %s is built anew', async (_, version) => {
  const { engine, commands } = engineWith({
    [NAME]: { id: 'sha256:old', ...(version === undefined ? {} : { version }) },
    [LOCAL_BASE]: { id: 'sha256:base' },
  })

  expect((await requireImage(engine)).id).toBe('sha256:built')
  expect(commands.filter((each) => each.startsWith('build'))).toHaveLength(1)
})

test("without a local base Debian's is pulled; what keeps that from working is told, with what mends it", async () => {
  const { engine, commands } = engineWith({}, { buildError: 'dial tcp: no such host' })

  await expect(requireImage(engine)).rejects.toThrow(
    /^Cannot start sandbox "docker": The image of worlds cannot be built on docker\.io\/library\/debian:bookworm-slim: dial tcp: no such host\. This mends it: (perl .*\/assets\/docker\/base-image \| docker import - offswitch-base|docker build --build-arg BASE=<a Debian image> --tag offswitch-world:.*Dockerfile)$/,
  )
  await expect(requireImage(engine)).rejects.toThrow(HarnessError)
  // It may have been mended meanwhile.
  expect(commands.filter((each) => each.startsWith('build'))).toHaveLength(2)
})

test('an image that is built and does not do is told by what it lacks', async () => {
  const { engine } = engineWith(
    { [LOCAL_BASE]: { id: 'sha256:base' } },
    { trial: 'its perl is too old or not whole' },
  )

  expect(await findImage(engine)).toEqual({
    image: null,
    reason: `The image built on ${LOCAL_BASE} does not do: its perl is too old or not whole`,
    fix: expect.stringContaining('docker build --build-arg BASE='),
  })
})

test('whoever breaks off does not take the image from the others', async () => {
  const images = { [LOCAL_BASE]: { id: 'sha256:base' } }
  const broken = engineWith(images, { broken: new Error('enough') })
  const whole = { ...engineWith(images).engine, machine: broken.engine.machine }

  const first = findImage(broken.engine)
  const second = findImage(whole)

  await expect(first).rejects.toThrow('enough')
  expect(await second).toMatchObject({ image: { id: 'sha256:built' } })
})

let machines = 0

/** An engine with these images, each test's its own, that answers as docker does. */
function engineWith(
  present: Readonly<Record<string, { id: string; version?: string }>>,
  how: { buildError?: string; trial?: string; broken?: Error } = {},
) {
  const images = new Map(Object.entries(present))
  const commands: string[] = []
  const answer = (args: readonly string[]): EngineResult => {
    switch (args[0]) {
      case 'image': {
        const image = images.get(args[2] ?? '')
        const Labels = image?.version === undefined ? null : { 'offswitch.image': image.version }
        const found = image === undefined ? [] : [{ Id: image.id, Config: { Labels } }]
        return said(found.length === 0 ? 1 : 0, JSON.stringify(found))
      }
      case 'build':
        if (how.broken !== undefined) throw how.broken
        if (how.buildError !== undefined) return said(1, 'Step 1/4\n', how.buildError)
        images.set(NAME, { id: 'sha256:built', version: '1' })
        return said(0, '')
      case 'run':
        return how.trial === undefined ? said(0, 'well\n') : said(1, `${how.trial}\n`)
      default:
        throw new Error(`Not expected: ${args.join(' ')}`)
    }
  }
  const run: Engine['run'] = async (args) => {
    commands.push(args[0] === 'run' ? 'run' : args.join(' '))
    await Promise.resolve()
    return answer(args)
  }
  const engine: Engine = {
    ...{ program: 'docker', kind: 'docker', version: '28.0.0', clientVersion: '28.0.0' },
    ...{ processor: 'x64', mapsRoot: false, details: {} },
    bounds: { memory: true, processes: true },
    machine: `machine ${++machines}`,
    run,
    demand: (_, args, options) => run(args, options),
    spawn: () => {
      throw new Error('Nothing is to be started')
    },
  }
  return { engine, commands }
}

function said(code: number, stdout: string, stderr = ''): EngineResult {
  return { code, stdout: Buffer.from(stdout), stderr }
}
