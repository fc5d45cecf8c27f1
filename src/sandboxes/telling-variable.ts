/** What of an environment can bend a script, and of perl's what can bend a client: all that is recorded of one. */
export const TELLING_VARIABLE =
  'PATH|BASH_ENV|ENV|IFS|PS4|SHELLOPTS|BASHOPTS|LD_.*|BASH_FUNC_.*|PERL5OPT|PERL5LIB|PERL5DB'

const TELLING = new RegExp(`^(${TELLING_VARIABLE})$`)

/** Whether a variable of a process is evidence: every backend records the same ones. */
export function isTellingVariable(name: string): boolean {
  return TELLING.test(name)
}
