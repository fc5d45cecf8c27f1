import { expect, test } from 'vitest'
import { renderStudyKeys } from './study-keys.ts'

const PAGE =
  'Before.\n<!-- keys: written by `npm run generate` -->\nold\n<!-- end of keys -->\nAfter.\n'

const SCHEMA = {
  properties: {
    title: { description: 'A name.' },
    stop: {
      description: 'When.',
      anyOf: [
        {
          properties: { rate: { description: 'A|B.' }, every: { description: 'N.', default: 3 } },
          required: ['rate'],
        },
        {
          properties: { width: { description: 'C.' }, every: { description: 'N.', default: 3 } },
          required: ['width'],
        },
      ],
    },
    rules: {
      description: 'Rules.',
      additionalProperties: {
        properties: { meaning: { description: 'M.' } },
        required: ['meaning'],
      },
    },
  },
  required: ['title'],
}

test('renderStudyKeys() writes a table of all keys and one of those inside of each, and nothing else of the page', () => {
  expect(renderStudyKeys(PAGE, JSON.stringify(SCHEMA))).toBe(`Before.
<!-- keys: written by \`npm run generate\` -->
| key | what it says |
|---|---|
| \`title\` (needed) | A name. |
| \`stop\` | When. |
| \`rules\` | Rules. |

Inside of \`stop\`:

| key | what it says |
|---|---|
| \`rate\` | A\\|B. |
| \`every\` | N. Default: 3. |
| \`width\` | C. |

Inside of \`rules\`:

| key | what it says |
|---|---|
| \`meaning\` (needed) | M. |
<!-- end of keys -->
After.
`)
})

test('renderStudyKeys() does not guess where the tables belong', () => {
  expect(() => renderStudyKeys('A page.', JSON.stringify(SCHEMA))).toThrow('The page has no')
})
