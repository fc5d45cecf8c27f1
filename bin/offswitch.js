#!/usr/bin/env node
// A launcher that any Node can read: an old one must get as far as the message, so nothing newer may stand in this file.
import { existsSync } from 'node:fs'

const OLDEST = 24

if (Number.parseInt(process.versions.node, 10) < OLDEST) {
  process.stderr.write(
    `offswitch needs Node ${OLDEST} or newer; this is ${process.version}. In a checkout, \`npm start\` brings its own.\n`,
  )
  process.exitCode = 2
} else {
  // A checkout has the sources and runs them as they are; an installed package has only what was built from them.
  const source = new URL('../src/cli/main.ts', import.meta.url)
  await import(existsSync(source) ? source.href : '../dist/cli/main.js')
}
