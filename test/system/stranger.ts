import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** Whether a user who is nobody here can run the checkout's programs: it may stand in a folder that is closed to others. */
export const STRANGERS_CAN_READ = (() => {
  const read = `require('node:fs').readFileSync(${JSON.stringify(join(import.meta.dirname, 'stranger.ts'))})`
  const ids = ['--reuid=65534', '--regid=65534', '--clear-groups', '--']
  return spawnSync('setpriv', [...ids, process.execPath, '-e', read]).status === 0
})()

export const CLOSED_TO_STRANGERS = 'the checkout stands in a folder that is closed to other users'
