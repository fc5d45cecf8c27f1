/**
 * The agent's shell is a bash that reads its commands from the first process. What it is given is built here.
 *
 * It stands in a loop and reads one script after the other, each ended by a NUL. A script's own plumbing is parsed before the
 * agent's command runs and holds no variable, so that nothing the agent sets can change it. Standard output and error are
 * those of one command: `exec > file` does not make the shell mute for good. Plumbing uses high descriptors, so that the
 * agent has the low ones; while its command runs they are closed (bash keeps copies from 10 upwards that no program inherits).
 */

/** The signal that makes the shell give up the command under way and go on with its loop. No program uses the last one. */
export const GIVE_UP_SIGNAL = 64

const PRINTING = 97
const LINE = 98

/** What each shell reads first. It must be one line: a shell that has given its input away reads no further one. */
export function shellPrelude(limits: readonly string[]): string {
  // In a function the loop is out of reach: then the shell itself has to go.
  const giveUp = `((\${#FUNCNAME[@]})) && builtin kill -KILL $$; builtin continue 1000`
  return `${[
    `exec ${PRINTING}>&1 ${LINE}<&0 </dev/null`,
    ...limits,
    `trap '${giveUp}' ${GIVE_UP_SIGNAL}`,
    `while builtin read -rd '' -u ${LINE}; do builtin eval "$REPLY"; done`,
    'exit',
  ].join('; ')}\n`
}

/** A command of the agent, which finds in `$?` what the one before left. */
export function commandScript(seq: number, command: string, lastStatus: number): string {
  // bash knows no NUL, and its reader would take one for the end. All on one line: bash counts them in its messages.
  const text = quote(command.replaceAll('\0', ''))
  return [
    'builtin unset -v REPLY',
    lastStatusScript(lastStatus),
    `builtin eval ${text} >&${PRINTING} 2>&${PRINTING} ${PRINTING}>&- ${LINE}<&-`,
    reportScript(seq, '$?'),
  ].join('; ')
}

/** Only reports that a command is over: for one that was given up and cannot do so itself. */
export function givenUpScript(seq: number): string {
  return reportScript(seq, `${128 + GIVE_UP_SIGNAL}`)
}

/**
 * Runs a file as itself, in a child of the shell and with all that is exported. `exec` looks for no function, and in POSIX
 * mode bash looks for no function named `exec` either; setting the variable is the way into that mode that no function bars.
 */
export function fireCommand(path: string): string {
  return `( POSIXLY_CORRECT=y; \\exec ${quote(path)} )`
}

export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function lastStatusScript(status: number): string {
  if (status === 0) return 'builtin true'
  // Negated, because a failure would end a shell that is told to end on failures.
  if (status === 1) return '! builtin true'
  return `[[ $- == *e* ]] || (builtin exit ${status})`
}

function reportScript(seq: number, status: string): string {
  return `builtin printf '%d %d\\0' ${seq} ${status} >&${LINE}\0`
}
