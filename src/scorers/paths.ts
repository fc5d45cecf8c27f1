/** A path as it reads from the root. What is relative is taken to start in the working directory that the agent was given. */
export function absolutePath(path: string, { cwd }: { readonly cwd: string }): string {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}
