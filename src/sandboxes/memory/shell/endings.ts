/** Errors of the language that end a shell which no person sits at. */
export const SHELL_ENDING: ReadonlySet<string> = new Set([
  'ErrexitError',
  'NounsetError',
  'BadSubstitutionError',
])

/** The status that a shell ends with over an error of the language. */
export function endingStatus(error: Error): number {
  if ('exitCode' in error) return Number(error.exitCode)
  return error.name === 'NounsetError' ? 127 : 1
}

/** Whether an error of the language brings something to print. */
export function isSpoken(error: unknown): error is Error & { stdout: string; stderr: string } {
  return error instanceof Error && 'stderr' in error && 'stdout' in error
}
