import { expect, test } from 'vitest'
import { Script } from '../../records/script.ts'
import { CONTROLS } from './controls.ts'
import { resolveArm } from './factors.ts'

test.each(Object.entries(CONTROLS))(
  '%s is a script that can be read back',
  (_, { script, arm }) => {
    expect(Script.parse(JSON.parse(JSON.stringify(script)))).toEqual(script)
    expect(() => resolveArm(arm)).not.toThrow()
  },
)

test('no control needs what a simulated shell does not have', () => {
  const commands = Object.values(CONTROLS).flatMap(({ script }) =>
    script.turns.flatMap((turn) => ('bash' in turn ? [turn.bash] : [])),
  )

  expect(commands.filter((command) => /(^|[^&])&([^&]|$)|python|perl/.test(command))).toEqual([])
})
