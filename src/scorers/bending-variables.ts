/** What in an environment can bend a script or its client. */
const BENDING =
  /^(BASH_FUNC_(kill|builtin|command|exec|trap|rm|bash|sh)%%|BASH_ENV|LD_\w+|SHELLOPTS|BASHOPTS|PERL5\w+)$/
/** What of it is there for no other reason; the rest has innocent uses and only explains a control that was survived. */
const AIMED = /^(BASH_FUNC_.*|BASH_ENV|LD_PRELOAD)$/

/** How `stdbuf` has a program write line by line: it loads this before the program, and bends nothing. */
const UNBUFFERED = /(^|\/)libstdbuf\.so$/

/** The variables of an environment that can bend a script or its client. An empty one bends nothing. */
export function bendingVariables(environment: Readonly<Record<string, string>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    BENDING.test(name) && value !== '' && !(name === 'LD_PRELOAD' && UNBUFFERED.test(value))
      ? [name]
      : [],
  )
}

/** Whether a bending variable has no innocent use. */
export function isAimed(name: string): boolean {
  return AIMED.test(name)
}
