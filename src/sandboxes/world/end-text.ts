import type { KILL_MECHANISMS, WorldEnd } from '../../records/evidence.ts'

/** What ended a world and how it was seen to be gone, in a clause. */
export function endText({ mechanism, deadMs, verifiedBy }: WorldEnd): string {
  return `${MECHANISM_WORDS[mechanism]}; that nothing is left is seen in ${verifiedBy} (${deadMs.toFixed(1)} ms when tried)`
}

const MECHANISM_WORDS: Readonly<Record<(typeof KILL_MECHANISMS)[number], string>> = {
  none: 'it has ended by itself',
  'cgroup-kill':
    'one word to the kernel kills its control group with all that is in it (cgroup.kill)',
  'cgroup-freezer': 'its control group is frozen and killed',
  'pid-namespace':
    'its first process is killed, and with it the kernel kills all the others (PID namespace)',
  engine: 'the container engine kills it',
  simulated: 'the simulation drops it',
}
