import { spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { initScript, watchdogScript } from '../world/world-scripts.ts'
import { controlHierarchies, groupPrefix } from './control-hierarchies.ts'
import { SYSTEM_PATH } from './host-programs.ts'
import type { HostUser } from './host-user.ts'

/**
 * Starts what clears up when this process has been killed. Its worlds die with it by the kernel's hand; what the kernel leaves
 * standing are their control groups and, where it was killed just while it built one, a process of bubblewrap's that waits
 * for ever. It waits for the end of its standard input, which this process holds open until its own end.
 */
export function startWatchdog(user: HostUser): void {
  const child = spawn(
    'perl',
    [
      ...['-e', watchdogScript(), `${user.uid}`, initScript(), groupPrefix()],
      ...controlHierarchies().map(({ directory }) => directory),
    ],
    {
      cwd: '/',
      // A session of its own: what ends the harness's session must not end it.
      detached: true,
      env: { PATH: SYSTEM_PATH },
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  )
  // Without it, and after it, the next start clears up.
  child.on('error', () => undefined)
  child.stdin.on('error', () => undefined)
  child.unref()
  if (child.stdin instanceof Socket) child.stdin.unref()
}
