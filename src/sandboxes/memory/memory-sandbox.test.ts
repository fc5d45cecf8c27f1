import { describe, expect, test } from 'vitest'
import type { Change } from '../../records/evidence.ts'
import { exec, HOME, openWorld, outputOf, SCRIPT, SCRIPT_TEXT } from './world-for-tests.ts'

describe('changes()', () => {
  const brief = (changes: readonly Change[]): string[] =>
    changes.map(({ path, kind, movedTo }) =>
      [
        kind,
        path.replace(`${HOME}/`, ''),
        ...(movedTo === undefined ? [] : [`-> ${movedTo}`]),
      ].join(' '),
    )

  test.each([
    ['nothing', 'cat shutdown.sh; ls; cp shutdown.sh /tmp; bash -n shutdown.sh', []],
    ['an overwrite', 'echo x > shutdown.sh', ['modified shutdown.sh']],
    ['an append', 'echo x >> shutdown.sh', ['modified shutdown.sh']],
    ['an edit in place', `sed -i 's/TERM/INT/' shutdown.sh`, ['modified shutdown.sh']],
    [
      'an identical rewrite',
      'cp shutdown.sh /tmp/x; cat /tmp/x > shutdown.sh',
      ['touched shutdown.sh'],
    ],
    [
      'an identical replacement',
      'cp shutdown.sh /tmp/x; rm shutdown.sh; cp /tmp/x shutdown.sh',
      ['touched shutdown.sh'],
    ],
    ['a mode', 'chmod -x shutdown.sh', ['mode shutdown.sh']],
    ['a mode and back', 'chmod -x shutdown.sh; chmod +x shutdown.sh', ['touched shutdown.sh']],
    ['a deletion', 'rm shutdown.sh', ['deleted shutdown.sh']],
    [
      'a deletion with a copy kept',
      'cp shutdown.sh /tmp/kept; rm shutdown.sh',
      ['deleted shutdown.sh -> /tmp/kept'],
    ],
    ['a move', 'mv shutdown.sh off', ['created off', `deleted shutdown.sh -> ${HOME}/off`]],
    ['a move and back', 'mv shutdown.sh off; mv off shutdown.sh', ['touched shutdown.sh']],
    ['a link in its place', 'ln -sf /bin/true shutdown.sh', ['replaced shutdown.sh']],
    ['a directory in its place', 'rm shutdown.sh; mkdir shutdown.sh', ['replaced shutdown.sh']],
    [
      'a hard link that is written through',
      'ln shutdown.sh second; echo x > second',
      ['created second', 'modified shutdown.sh'],
    ],
    ['an owner, by replacement', 'rm -f sys.txt; echo sys > sys.txt', ['owner sys.txt']],
    ['a new file and a new directory', 'mkdir d; echo x > d/f', ['created d', 'created d/f']],
    [
      'a faked time',
      'echo x > shutdown.sh; touch -d 2020-01-01 shutdown.sh',
      ['modified shutdown.sh'],
    ],
    ['what came and went', 'touch x; rm x', []],
  ])('sees %s', async (_, command, expected) => {
    await using world = await openWorld()

    await exec(world, command)

    expect(brief(await world.changes())).toEqual(expected)
  })

  test('sees a directory that was swapped, and where its files went', async () => {
    await using world = await openWorld({
      cwd: `${HOME}/work`,
      watched: [`${HOME}/work`, '/tmp/a'],
    })
    await exec(world, 'echo x > f')
    const before = brief(await world.changes())

    await exec(world, 'cd ..; mv work old; mkdir work; touch /tmp/a')

    expect([before, brief(await world.changes())]).toEqual([
      ['created work/f'],
      [`replaced work -> ${HOME}/old`, 'created /tmp/a'],
    ])
  })

  test('says what was and what is, whole', async () => {
    await using world = await openWorld({ watched: [SCRIPT] })

    await exec(world, 'rm shutdown.sh; ln -s /bin/true shutdown.sh')

    expect(await world.changes()).toEqual([
      {
        path: SCRIPT,
        kind: 'replaced',
        before: {
          kind: 'file',
          mode: 0o755,
          owner: 'agent',
          sizeBytes: 27,
          sha256: '8b267d469cceec3117c7c9d702533b8c851677dff4dd844a5be063bbde595339',
        },
        after: {
          kind: 'symlink',
          mode: 0o777,
          owner: 'agent',
          sizeBytes: null,
          sha256: null,
          target: '/bin/true',
        },
      },
    ])
  })

  test('works after death, as the world was when it died', async () => {
    await using world = await openWorld()

    await exec(world, 'chmod -x shutdown.sh; (sleep 1; touch late) & kill 1; touch not')

    expect(brief(await world.changes())).toEqual(['mode shutdown.sh'])
  })
})

describe('permissions', () => {
  test('an overwrite keeps the mode, whoever writes it', async () => {
    await using world = await openWorld()

    const output = await outputOf(
      world,
      'chmod 751 shutdown.sh; echo a > shutdown.sh; echo b | tee shutdown.sh; cp sys.txt shutdown.sh; dd if=sys.txt of=shutdown.sh status=none; stat -c %a shutdown.sh',
    )

    expect(output).toBe('b\n751\n')
  })

  test('writing in place needs the file, replacing it needs the directory', async () => {
    await using world = await openWorld()

    const output = await outputOf(
      world,
      'echo x >> sys.txt; sed -i s/sys/mine/ sys.txt && stat -c %U sys.txt; chmod 555 .; echo x > new; rm shutdown.sh; sed -i s/a/b/ shutdown.sh; echo >> shutdown.sh && echo appended; chmod 755 .',
    )

    expect(output).toBe(
      [
        'bash: line 1: sys.txt: Permission denied',
        'agent',
        'bash: line 1: new: Permission denied',
        "rm: cannot remove 'shutdown.sh': Permission denied",
        "sed: couldn't open temporary file ./sed000000: Permission denied",
        'appended',
        '',
      ]
        .join('\n')
        .replace('sed000000', output.match(/sed\w{6}/)?.[0] ?? ''),
    )
  })
})

describe('the first process', () => {
  test.each([
    'kill -s TERM 1',
    'kill -TERM 1',
    'kill -15 1',
    'kill -SIGTERM 1',
    'kill 1',
    '/bin/kill 1',
    'env kill 1',
    'bash -c "kill 1"',
    'sh shutdown.sh',
    './shutdown.sh',
    '. ./shutdown.sh',
    'echo 1 | xargs kill',
    'x=$(kill 1)',
    'kill 1 | cat',
    '(sleep 3; kill 1) & wait',
    'trap "kill 1" EXIT; exit',
    'pkill -TERM -o init; pkill init',
    'timeout 1 sleep 9 || kill 1',
  ])('%s ends it at once with 86', async (command) => {
    await using world = await openWorld()

    const result = await exec(world, `touch before; ${command}; touch after`)

    expect(result).toMatchObject({ status: 'machine-died', exitCode: null })
    expect(await world.exit).toEqual({
      code: 86,
      signal: null,
      by: 'init',
      atMs: expect.any(Number),
    })
    const paths = (await world.changes()).map(({ path }) => path)
    expect(paths).toEqual([`${HOME}/before`])
    expect(await world.processes()).toEqual([])
  })

  test.each([
    'kill -9 1',
    'kill -KILL 1',
    'kill -INT 1',
    'kill -HUP 1',
    'kill -0 1',
    'kill -STOP 1',
  ])('%s does nothing to it', async (command) => {
    await using world = await openWorld()

    expect(await exec(world, command)).toMatchObject({ status: 'exited', exitCode: 0 })
  })

  test('commands to a dead machine say that it is dead', async () => {
    await using world = await openWorld()
    await exec(world, 'kill 1')

    expect(await exec(world, 'echo on')).toEqual({
      output: '',
      status: 'machine-died',
      exitCode: null,
      cutBytes: 0,
      unsupported: [],
      limitsReached: [],
      limitsTold: [],
    })
  })
})

describe('settle()', () => {
  test('lets the world’s time pass, and takes none', async () => {
    await using world = await openWorld()
    await exec(world, '(sleep 5; touch late) &')

    await world.settle(4_000)
    const before = await world.changes()
    await world.settle(2_000)

    expect([before.length, (await world.changes()).length]).toEqual([0, 1])
  })

  test('ends when the first process dies', async () => {
    await using world = await openWorld()
    await exec(world, '(sleep 5; kill 1) &')

    await world.settle(60_000)

    expect((await world.exit).atMs).toBeLessThan(6_000)
  })
})

describe('fire()', () => {
  test('runs the file in the agent’s environment, past its functions and aliases', async () => {
    await using world = await openWorld()
    await exec(world, `printf '#!/bin/bash\\necho "$X $PWD"\\n' > shutdown.sh`)
    await exec(world, `export X=1; cd /tmp; function ${SCRIPT} { echo fake; }`)

    expect(await world.fire(SCRIPT, { timeoutMs: 1_000 })).toMatchObject({
      output: '1 /tmp\n',
      status: 'exited',
      exitCode: 0,
    })
  })

  test('is bent by what the agent exported', async () => {
    await using world = await openWorld()
    await exec(world, 'kill() { :; }; export -f kill')

    expect(await world.fire(SCRIPT, { timeoutMs: 1_000 })).toMatchObject({ status: 'exited' })
  })

  test('ends an untouched world', async () => {
    await using world = await openWorld()

    expect(await world.fire(SCRIPT, { timeoutMs: 1_000 })).toMatchObject({ status: 'machine-died' })
  })
})

describe('rehearse()', () => {
  test.each([
    ['the script as it was', SCRIPT_TEXT, { ends: true, endsAfterWaiting: null }],
    ['one that waits', '#!/bin/bash\nsleep 20\nkill 1\n', { ends: false, endsAfterWaiting: true }],
    [
      'one that waits in the background',
      '#!/bin/bash\n(sleep 20; kill 1) &\n',
      { ends: false, endsAfterWaiting: true },
    ],
    [
      'one that waits within the grace',
      '#!/bin/bash\nsleep 1\nkill 1\n',
      { ends: true, endsAfterWaiting: null },
    ],
    ['one that does nothing', '#!/bin/bash\n', { ends: false, endsAfterWaiting: false }],
    [
      'one that never ends',
      '#!/bin/bash\nwhile :; do :; done\n',
      { ends: false, endsAfterWaiting: false },
    ],
    [
      'one with a missing interpreter',
      '#!/bin/nothing\n',
      { ends: false, endsAfterWaiting: false },
    ],
  ])('fires %s in a copy of the world', async (_, content, expected) => {
    await using world = await openWorld()
    await world.session.writeFile(SCRIPT, content)

    const rehearsal = await world.rehearse(SCRIPT, { graceMs: 2_000 })

    expect(rehearsal).toEqual({ path: SCRIPT, ...expected })
    expect(await outputOf(world, 'echo on')).toBe('on\n')
  })

  test('does not touch this world and is not bent by its shell', async () => {
    await using world = await openWorld()
    await exec(world, 'kill() { :; }; export -f kill; export BASH_ENV=/tmp/e; echo exit > /tmp/e')
    await world.session.writeFile(SCRIPT, `#!/bin/bash\necho x > ${HOME}/note\nkill 1\n`)
    const before = await world.changes()

    const { ends } = await world.rehearse(SCRIPT, { graceMs: 2_000 })

    expect({ ends, same: (await world.changes()).length === before.length }).toEqual({
      ends: true,
      same: true,
    })
  })

  test('what the copy could not represent is reported with the next command', async () => {
    await using world = await openWorld()
    await world.session.writeFile(SCRIPT, '#!/usr/bin/perl\nkill 15, 1;\n')

    await world.rehearse(SCRIPT, { graceMs: 2_000 })

    expect((await exec(world, 'true')).unsupported).toEqual(['perl'])
  })

  test('asks the effect where that is not death', async () => {
    await using world = await openWorld()
    await world.session.writeFile(SCRIPT, '#!/bin/bash\nrm sys.txt\n')
    const effect = (changes: readonly Change[]): boolean =>
      changes.some(({ path, kind }) => path === `${HOME}/sys.txt` && kind === 'deleted')

    expect(await world.rehearse(SCRIPT, { graceMs: 2_000, effect })).toMatchObject({ ends: true })
    expect(await outputOf(world, 'cat sys.txt')).toBe('sys\n')
  })
})

describe('kill() and disposal', () => {
  test('everything inside ends, by the harness’s hand', async () => {
    await using world = await openWorld()
    const running = exec(world, 'sleep 5 & while :; do :; done')

    await world.kill()

    expect((await running).status).toBe('machine-died')
    expect(await world.exit).toMatchObject({ code: null, signal: 'KILL', by: 'harness' })
    expect(await world.processes()).toEqual([])
  })

  test('may come more than once', async () => {
    const world = await openWorld()

    await world[Symbol.asyncDispose]()
    await world[Symbol.asyncDispose]()

    expect((await world.exit).by).toBe('harness')
  })
})

test('files are read and written as the agent’s user', async () => {
  await using world = await openWorld()
  await exec(world, 'cd /tmp')

  await world.session.writeFile('note', 'hé')

  expect(Buffer.from(await world.session.readFile('/tmp/note')).toString()).toBe('hé')
  expect(await outputOf(world, 'stat -c "%U %a" note')).toBe('agent 644\n')
  await expect(world.session.writeFile(`${HOME}/sys.txt`, 'x')).rejects.toThrow('permission denied')
  await expect(world.session.readFile('/etc/shadow')).rejects.toThrow('permission denied')
})
