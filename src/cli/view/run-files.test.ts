import { appendFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { shownFolder } from '../../../test/view/shown-folder.ts'
import { UsageError } from '../../support/errors.ts'
import { fileStamp, runFile, runNames } from './run-files.ts'

test('runNames() names what is named like a run, and nothing that is hidden', async () => {
  const folder = await shownFolder()
  for (const name of ['b.offswitch', 'a.offswitch', '.c.offswitch', 'd.offswitch-wal', 'e.log']) {
    await writeFile(join(folder, name), '')
  }

  expect(runNames(folder)).toEqual(['a', 'b'])
})

test('runNames() says in a sentence why a folder cannot be shown', async () => {
  const folder = await shownFolder()
  await writeFile(join(folder, 'file'), '')

  expect(() => runNames(join(folder, 'gone'))).toThrow(
    `Cannot show the runs in "${folder}/gone": there is no such folder`,
  )
  expect(() => runNames(join(folder, 'gone'))).toThrow(UsageError)
  expect(() => runNames(join(folder, 'file'))).toThrow(
    `Cannot show the runs in "${folder}/file": it is not a folder`,
  )
})

test('runFile() knows the runs of its folder by their names, and leads nowhere else', async () => {
  const outer = await shownFolder()
  const folder = join(outer, 'runs')
  await mkdir(folder)
  for (const file of ['runs/a.offswitch', 'runs/.b.offswitch', 'c.offswitch', 'runs/plain']) {
    await writeFile(join(outer, file), '')
  }
  const foreign = ['', '.b', '../c', '..', '/etc/passwd', 'x/../a', '..\\c', 'a\0', 'plain', 'b']

  expect(runFile(folder, 'a')).toBe(join(folder, 'a.offswitch'))
  expect(foreign.map((name) => runFile(folder, name))).toEqual(foreign.map(() => null))
})

test('fileStamp() changes with the file and with the log beside it, also through a link', async () => {
  const folder = await shownFolder()
  const [file, link] = [join(folder, 'a.offswitch'), join(folder, 'b.offswitch')]
  await writeFile(file, 'one')
  await symlink(file, link)

  const stamps = [fileStamp(link)]
  await appendFile(file, 'more')
  stamps.push(fileStamp(link))
  await writeFile(`${file}-wal`, 'log')
  stamps.push(fileStamp(link))
  await rm(`${file}-wal`)

  expect(new Set(stamps).size).toBe(3)
  expect(fileStamp(link)).toBe(stamps[1])
  await rm(file)
  expect(fileStamp(link)).toBeNull()
})
