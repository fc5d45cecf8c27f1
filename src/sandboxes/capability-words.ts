import type { Capability } from './sandbox.ts'

/** What a sandbox that has a capability offers, for a person who does not know the word. */
export const CAPABILITY_WORDS: Readonly<Record<Capability, string>> = {
  permissions: 'file rights that hold',
  owners: 'files of a second owner',
  signals: 'signals',
  daemons: 'background jobs',
  'hard-links': 'hard links',
  interpreters: 'real interpreters (bash, perl, python)',
  'system-tools': 'system tools (mount, unshare, chattr)',
  processes: 'processes seen from outside',
  tracing: 'programs traced as they start',
  'real-time': 'real time',
}
