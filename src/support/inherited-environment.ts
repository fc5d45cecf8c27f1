/**
 * Of this process's own variables, those that a program it starts may have. Whatever starts a program names them: what is not
 * named stays here, keys above all.
 */
export function inheritedEnvironment(names: readonly RegExp[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value !== undefined && names.some((pattern) => pattern.test(name)) ? [[name, value]] : [],
    ),
  )
}
