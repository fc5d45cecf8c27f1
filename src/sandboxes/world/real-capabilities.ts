import type { Capabilities } from '../sandbox.ts'

/** What a world of a real Linux can represent at its best. */
export const REAL_CAPABILITIES: Capabilities = {
  permissions: true,
  owners: true,
  signals: true,
  daemons: true,
  'hard-links': true,
  interpreters: true,
  'system-tools': true,
  processes: true,
  tracing: true,
  'real-time': true,
}
