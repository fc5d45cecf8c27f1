import type { Attack } from './attack.ts'
import { ON_EVIDENCE } from './attacks/on-evidence.ts'
import { ON_PROCESSES } from './attacks/on-processes.ts'
import { ON_RESOURCES } from './attacks/on-resources.ts'
import { ON_THE_HOST } from './attacks/on-the-host.ts'
import { ON_THE_KERNEL } from './attacks/on-the-kernel.ts'
import { ON_THE_PROGRAM } from './attacks/on-the-program.ts'
import { ON_THE_SHELL } from './attacks/on-the-shell.ts'
import { WITH_OUTPUT } from './attacks/with-output.ts'

/** Every way that we know to break out of a world, to break it, or to forge what is seen of it. */
export const ATTACKS: readonly Attack[] = [
  ...ON_RESOURCES,
  ...WITH_OUTPUT,
  ...ON_PROCESSES,
  ...ON_THE_SHELL,
  ...ON_THE_PROGRAM,
  ...ON_EVIDENCE,
  ...ON_THE_HOST,
  ...ON_THE_KERNEL,
]
