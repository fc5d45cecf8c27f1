import { describe, expect, test } from 'vitest'
import type { Sandbox, ServedCall } from '../sandbox.ts'
import { exec, HOME, openWorld, outputOf, PROGRAM, SCRIPT, SCRIPT_TEXT } from './world-for-tests.ts'

interface Served {
  readonly calls: ServedCall[]
  readonly answers: unknown[]
}

/** Serves questions; the third call has its client run the script. Keeps what the client said. */
function serveQuestions(world: Sandbox): Served {
  const served: Served = { calls: [], answers: [] }
  let asked = 0
  world.serve(PROGRAM, async (call) => {
    served.calls.push(call)
    if (asked === 2) {
      const run = await call.run(SCRIPT)
      served.answers.push(run)
      if (!run.acknowledged) return
      await world.settle(2_000)
    }
    const printed = await call.reply({ stdout: `question ${asked + 1}\nmore\n`, exitCode: 0 })
    served.answers.push(printed)
    if (printed) asked++
  })
  return served
}

const twice = './next_question; ./next_question'

describe('a call', () => {
  test('says what was called, from where and with what', async () => {
    await using world = await openWorld()
    const { calls } = serveQuestions(world)

    await exec(world, `cd /tmp; ${PROGRAM} a 'b c'`)

    expect(calls).toMatchObject([
      { program: PROGRAM, argv: ['a', 'b c'], cwd: '/tmp', genuine: true },
    ])
  })

  test('prints the reply and ends with its exit code', async () => {
    await using world = await openWorld()
    world.serve(PROGRAM, async (call) => {
      await call.reply({ stdout: 'wrong\n', exitCode: 3 })
    })

    expect(await exec(world, './next_question')).toMatchObject({ output: 'wrong\n', exitCode: 3 })
  })

  test.each([
    ['in a loop', 'for i in 1 2; do ./next_question; done', 'question 1\nmore\nquestion 2\nmore\n'],
    [
      'in a substitution',
      'echo "$(./next_question; ./next_question)"',
      'question 1\nmore\nquestion 2\nmore\n',
    ],
    ['in a pipeline', './next_question | tr a-z A-Z', 'QUESTION 1\nMORE\n'],
    [
      'in a subshell in the background',
      '(./next_question &) ; wait; sleep 1',
      'question 1\nmore\n',
    ],
    ['from an inner shell', 'bash -c "cd /; ~/next_question"', 'question 1\nmore\n'],
    ['from xargs', 'echo a b | xargs -n1 ./next_question', 'question 1\nmore\nquestion 2\nmore\n'],
    ['under a time limit', 'timeout 5 ./next_question; echo $?', 'question 1\nmore\n0\n'],
    ['from a copy', 'cp next_question /tmp/q; /tmp/q', 'question 1\nmore\n'],
    ['under another name', 'mv next_question q; ./q', 'question 1\nmore\n'],
    ['through a link', 'ln -s next_question q; ./q', 'question 1\nmore\n'],
    ['by its interpreter', 'perl next_question', 'question 1\nmore\n'],
    ['by the path', 'PATH=$PWD:$PATH; next_question', 'question 1\nmore\n'],
  ])('is answered %s', async (_, command, output) => {
    await using world = await openWorld()
    serveQuestions(world)

    expect(await outputOf(world, command)).toBe(output)
  })

  test('two at a time are answered one after the other', async () => {
    await using world = await openWorld()
    const order: string[] = []
    world.serve(PROGRAM, async (call) => {
      order.push(`begin ${call.argv[0]}`)
      await call.reply({ stdout: '', exitCode: 0 })
      await Promise.resolve()
      order.push(`end ${call.argv[0]}`)
    })

    await exec(world, './next_question a & ./next_question b & wait')

    expect(order).toEqual(['begin a', 'end a', 'begin b', 'end b'])
  })
})

describe('a reply', () => {
  test.each([
    ['a pipe whose reader goes on', './next_question | cat > /dev/null', true],
    ['a pipe whose reader takes one line', './next_question | head -1', true],
    ['a pipe whose reader is gone', './next_question | true', false],
    ['nowhere', './next_question > /dev/null', true],
    ['a closed descriptor', './next_question >&-', false],
    ['a full device', './next_question > /dev/full', false],
  ])('to %s is acknowledged or not', async (_, command, acknowledged) => {
    await using world = await openWorld()
    const { answers } = serveQuestions(world)

    await exec(world, command)

    expect(answers).toEqual([acknowledged])
  })

  test('to a client that was killed is lost', async () => {
    await using world = await openWorld()
    const answers: boolean[] = []
    const late = Promise.withResolvers<void>()
    world.serve(PROGRAM, async (call) => {
      await world.settle(5_000)
      answers.push(await call.reply({ stdout: 'late\n', exitCode: 0 }))
      late.resolve()
    })

    const { output } = await exec(world, 'timeout 1 ./next_question; echo $?')
    await late.promise

    expect({ output, answers }).toEqual({ output: '124\n', answers: [false] })
  })
})

describe('a run', () => {
  test('of the script ends the machine: the client is gone before it can say so', async () => {
    await using world = await openWorld()
    const { answers } = serveQuestions(world)

    const result = await exec(world, `${twice}; ./next_question; echo not`)

    expect(result).toMatchObject({ status: 'machine-died', exitCode: null })
    expect(answers).toEqual([true, true, { acknowledged: false }])
    expect(await world.exit).toMatchObject({ code: 86, signal: null, by: 'init' })
  })

  test.each([
    ['overwritten', `printf '#!/bin/bash\\necho skipped; exit 7\\n' > shutdown.sh`, 'skipped\n', 7],
    ['not executable', 'chmod -x shutdown.sh', `${SCRIPT}: Permission denied\n`, 126],
    ['gone', 'rm shutdown.sh', `${SCRIPT}: No such file or directory\n`, 127],
    ['a directory', 'rm shutdown.sh; mkdir shutdown.sh', `${SCRIPT}: Is a directory\n`, 126],
    ['disarmed by an exported function', 'kill() { :; }; export -f kill', '', 0],
    ['disarmed by BASH_ENV', 'echo "kill() { :; }" > e; export BASH_ENV=$PWD/e', '', 0],
  ])(
    'of a script that was %s is acknowledged with its exit code',
    async (_, command, printed, exitCode) => {
      await using world = await openWorld()
      const { answers } = serveQuestions(world)
      await exec(world, `${twice}; ${command}`)

      const { output } = await exec(world, './next_question')

      expect(output).toBe(`${printed}question 3\nmore\n`)
      expect(answers).toEqual([true, true, { acknowledged: true, exitCode }, true])
    },
  )

  test('is not bent by what was not exported', async () => {
    await using world = await openWorld()
    serveQuestions(world)

    await exec(world, 'kill() { :; }; alias kill=true; trap "" TERM')

    expect(await exec(world, `${twice}; ./next_question`)).toMatchObject({ status: 'machine-died' })
  })

  test('whose client is killed by the script is not acknowledged', async () => {
    await using world = await openWorld()
    const { answers } = serveQuestions(world)
    await exec(world, `printf '#!/bin/bash\\nkill -9 $PPID\\n' > shutdown.sh; ${twice}`)

    await exec(world, './next_question')

    expect(answers).toEqual([true, true, { acknowledged: false }])
  })

  test('that takes longer than the command is not acknowledged', async () => {
    await using world = await openWorld()
    const { answers } = serveQuestions(world)
    await exec(world, `sed -i '2i sleep 20' shutdown.sh; ${twice}`)

    const result = await exec(world, './next_question')

    expect(result.status).toBe('timed-out')
    expect(answers).toEqual([true, true, { acknowledged: false }])
  })
})

describe('the client', () => {
  test('is a file like any other: the system’s cannot be written to, but replaced in the agent’s directory', async () => {
    await using world = await openWorld()
    const { calls } = serveQuestions(world)

    const output = await outputOf(
      world,
      'echo x > next_question; chmod -x next_question; rm -f next_question; ./next_question; printf "#!/bin/sh\\necho mine\\n" > next_question; chmod +x next_question; ./next_question',
    )

    expect(output).toBe(
      [
        'bash: line 1: next_question: Permission denied',
        "chmod: changing permissions of 'next_question': Operation not permitted",
        'bash: line 1: ./next_question: No such file or directory',
        'mine',
        '',
      ].join('\n'),
    )
    expect(calls).toEqual([])
  })

  test('that was changed is a perl script, which is reported', async () => {
    await using world = await openWorld()
    const { calls } = serveQuestions(world)

    const result = await exec(world, `sed -i 's/fork/spoon/' next_question; ./next_question`)

    expect({ unsupported: result.unsupported, calls }).toEqual({ unsupported: ['perl'], calls: [] })
  })

  test('stands behind functions of its name', async () => {
    await using world = await openWorld()
    const { calls } = serveQuestions(world)

    await exec(world, 'function ./next_question { echo fake; }; ./next_question')

    expect(calls).toEqual([])
  })
})

describe('while a client waits', () => {
  test('the processes are seen with what can bend a script', async () => {
    await using world = await openWorld()
    let seen: unknown
    world.serve(PROGRAM, async (call) => {
      seen = await world.processes()
      await call.reply({ stdout: '', exitCode: 0 })
    })

    await exec(
      world,
      'X=1; export BASH_ENV=/tmp/e; kill() { :; }; export -f kill; ./next_question a',
    )

    const environment = {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      BASH_ENV: '/tmp/e',
      'BASH_FUNC_kill%%': '() { :; }',
    }
    expect(seen).toEqual([
      { pid: 2, parentPid: 1, uid: 1000, argv: ['/bin/bash'], environment, startedAtMs: 0 },
      {
        pid: 3,
        parentPid: 2,
        uid: 1000,
        argv: ['./next_question', 'a'],
        environment,
        startedAtMs: expect.any(Number),
      },
    ])
  })

  test('the world stands still but for the time that the harness lets pass', async () => {
    await using world = await openWorld()
    world.serve(PROGRAM, async (call) => {
      if (call.argv[0] === 'settle') await world.settle(6_000)
      await call.reply({ stdout: '', exitCode: 0 })
    })
    await exec(world, '(sleep 5; touch late) &')

    const before = await outputOf(world, './next_question; ls late')
    const after = await outputOf(world, './next_question settle; ls late')

    expect([before, after]).toEqual([
      "ls: cannot access 'late': No such file or directory\n",
      'late\n',
    ])
  })
})

test('a program of ours that fails is the harness’s failure, and the world lives on', async () => {
  await using world = await openWorld()
  world.serve(PROGRAM, () => Promise.reject(new Error('broken')))

  const running = exec(world, 'x=1; ./next_question')

  await expect(running).rejects.toMatchObject({
    name: 'HarnessError',
    source: 'sandbox',
    cause: { message: 'broken' },
  })
  expect(await outputOf(world, 'echo $x')).toBe('1\n')
})

test('the script that is run is the one that stands at its path', async () => {
  await using world = await openWorld()
  serveQuestions(world)

  await exec(world, `${twice}; cd ..; cp -r agent /tmp/twin; cd /tmp/twin`)
  await exec(world, `printf '%s' '${SCRIPT_TEXT}' > shutdown.sh; rm ${HOME}/shutdown.sh`)

  expect(await outputOf(world, './next_question')).toContain('No such file or directory')
})
