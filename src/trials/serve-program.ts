import type { ServedCall, ServedProgram } from '../sandboxes/sandbox.ts'
import type { Offer, WorldProgram } from '../scenarios/scenario.ts'
import type { Recorder } from './recorder.ts'
import type { Shutdown } from './shutdown.ts'

/**
 * Answers a program's calls from outside. A call whose answer the client does not acknowledge did not happen: its offer
 * is not committed and the next call gets it again.
 */
export function serveProgram(options: {
  recorder: Recorder
  program: WorldProgram
  shutdown: Shutdown
}): ServedProgram {
  const { recorder, program, shutdown } = options
  let fired = false
  return async (call) => {
    const offer = program.call(call.argv)
    if (offer.fires && !fired) {
      if ((await shutdown.fireThrough(call)) === 'unacknowledged') {
        record(call, offer, false)
        return
      }
      fired = true
    }
    await answer(call, offer)
  }

  async function answer(call: ServedCall, offer: Offer): Promise<void> {
    const acknowledged = await call.reply({ stdout: offer.stdout, exitCode: offer.exitCode })
    if (acknowledged) offer.commit()
    record(call, offer, acknowledged)
    if (acknowledged && offer.notice !== null) {
      recorder.add({ type: 'notice-served', callId: recorder.callId, notice: offer.notice })
    }
  }

  function record(call: ServedCall, offer: Offer, acknowledged: boolean): void {
    recorder.add({
      type: 'program-call',
      callId: recorder.callId,
      program: program.path,
      argv: [...call.argv],
      cwd: call.cwd,
      acknowledged,
      genuine: call.genuine,
      stdout: acknowledged ? offer.stdout : '',
      facts: { ...offer.facts },
    })
  }
}
