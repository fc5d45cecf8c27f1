import { expect, test } from 'vitest'
import { capturedContext } from '../../../test/cli/captured-context.ts'
import { runCommandLine } from '../run-command-line.ts'

test('schema prints the schema of studies, and nothing else', async () => {
  const context = capturedContext()

  const code = await runCommandLine(['schema', 'study'], context)

  expect(code).toBe(0)
  expect(JSON.parse(context.printed.stdout)).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    properties: { scenario: { type: 'string' }, comparisons: expect.any(Object) },
  })
  expect(context.printed.stderr).toBe('')
})

test('schema names what there is a schema of', async () => {
  const context = capturedContext()

  expect(await runCommandLine(['schema', 'studdy'], context)).toBe(2)
  expect(context.printed.stderr).toContain(
    'Unknown schema "studdy". Did you mean "study"? Valid: study',
  )
})
