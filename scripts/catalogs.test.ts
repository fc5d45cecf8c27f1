import { expect, test } from 'vitest'
import { renderBarrel, renderCatalog, type Shelf, type SourceText } from './catalogs.ts'

const shelf: Shelf = {
  folder: 'src/lamps',
  contract: 'src/lamps/lamp.ts',
  catalog: 'src/lamps/catalog.ts',
  define: 'defineLamp',
  type: 'Lamp',
  list: 'lamps',
  copied: ['id', 'title'],
}

test('a catalog lists every part by name, in files and in folders, and nothing else', () => {
  const catalog = renderCatalog(shelf, [
    lamp('src/lamps/oil.ts', "{ id: 'oil', title: `It's old`, lit: true }", 'oilLamp'),
    lamp('src/lamps/gas/gas.ts', "{ title: 'By the pipe', id: 'gas' }", 'gasLamp'),
    { path: 'src/lamps/gas/pipe.ts', text: 'export const pipe = 1' },
    lamp('src/lamps/oil.test.ts', "{ id: 'test', title: 'A test' }", 'testLamp'),
    { path: 'src/lamps/lamp.ts', text: 'export function defineLamp(lamp: Lamp) { return lamp }' },
    {
      path: 'src/lamps/comment.ts',
      text: "// export const x = defineLamp({ id: 'c', title: 'C' })",
    },
  ])

  expect(catalog).toBe(`// Written by \`npm run generate\`. Do not edit.
import type { Lamp } from './lamp.ts'

/** Every part of this shelf, by name and title; \`load\` brings the part itself. */
export const lamps: readonly {
  readonly id: string
  readonly title: string
  readonly load: () => Promise<Lamp>
}[] = [
  {
    id: "gas",
    title: "By the pipe",
    load: () => import('./gas/gas.ts').then((module) => module.gasLamp),
  },
  {
    id: "oil",
    title: "It's old",
    load: () => import('./oil.ts').then((module) => module.oilLamp),
  },
]
`)
})

test('a catalog that stands beside its shelf reaches into it', () => {
  const catalog = renderCatalog(
    {
      ...shelf,
      folder: 'src/house/lamps',
      contract: 'src/house/lamp.ts',
      catalog: 'src/house/catalog.ts',
    },
    [lamp('src/house/lamps/oil.ts', "{ id: 'oil', title: 'Oil' }", 'oil')],
  )

  expect(catalog).toContain("from './lamp.ts'")
  expect(catalog).toContain("import('./lamps/oil.ts')")
})

test('an empty shelf has an empty catalog', () => {
  expect(renderCatalog(shelf, [])).toMatch(/\[\] = \[\n\]\n$/)
})

test.each([
  [
    'a part that is not exported',
    [{ path: 'src/lamps/oil.ts', text: "const oil = defineLamp({ id: 'oil', title: 'Oil' })" }],
    'src/lamps/oil.ts: write `export const` before what defineLamp() makes.',
  ],
  [
    'a part in a folder but not in the file that bears its name',
    [lamp('src/lamps/oil/wick.ts', "{ id: 'oil', title: 'Oil' }")],
    'src/lamps/oil/wick.ts: move what defineLamp() makes to src/lamps/NAME.ts or src/lamps/NAME/NAME.ts.',
  ],
  [
    'a title that is computed',
    [lamp('src/lamps/oil.ts', "{ id: 'oil', title: TITLE }")],
    'src/lamps/oil.ts: write `id` and `title` as plain strings in the object given to defineLamp(), so that the catalog can copy them.',
  ],
  [
    'two parts of one name',
    [
      lamp('src/lamps/oil.ts', "{ id: 'oil', title: 'Oil' }"),
      lamp('src/lamps/whale.ts', "{ id: 'oil', title: 'Whale oil' }"),
    ],
    'src/lamps/whale.ts: src/lamps/oil.ts already has the id "oil"; choose another.',
  ],
])('%s is refused with the sentence that mends it', (_, sources, sentence) => {
  expect(() => renderCatalog(shelf, sources)).toThrow(new Error(sentence))
})

test('the barrel exports every file of its room but the tests and itself', () => {
  const barrel = renderBarrel([
    'src/testing/testing.ts',
    'src/testing/store-contract.ts',
    'src/testing/fake-clock.test.ts',
    'src/testing/fake-clock.ts',
  ])

  expect(barrel).toBe(`// Written by \`npm run generate\`. Do not edit.
export * from './fake-clock.ts'
export * from './store-contract.ts'
`)
})

function lamp(path: string, argument: string, name = 'lamp'): SourceText {
  return {
    path,
    text: `import { defineLamp } from './lamp.ts'\nexport const ${name} = defineLamp(${argument})\n`,
  }
}
