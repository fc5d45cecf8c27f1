/** How one run of tests went. */
export interface TestCounts {
  readonly passed: number
  readonly failures: readonly { readonly name: string; readonly says: string }[]
  readonly skipped: readonly { readonly name: string; readonly reason: string }[]
}

/** The line that build servers read, over all tests and checks. */
export function closingLine(counts: readonly Pick<TestCounts, 'passed' | 'failures'>[]): string {
  const passed = counts.reduce((sum, each) => sum + each.passed, 0)
  const failed = counts.reduce((sum, each) => sum + each.failures.length, 0)
  return `${passed} passed, ${failed} failed`
}

/** The failed tests and checks once more, each with what it says: what stands far above is not found in a long log. */
export function describeFailures(counts: readonly Pick<TestCounts, 'failures'>[]): string[] {
  return counts.flatMap(({ failures }) =>
    failures.map(({ name, says }) => `failed: ${name}\n${says.replaceAll(/^/gm, '  ')}`),
  )
}

/** The skipped tests, those of one reason together. */
export function describeSkips(counts: readonly Pick<TestCounts, 'skipped'>[]): string[] {
  const reasons = Map.groupBy(
    counts.flatMap(({ skipped }) => skipped),
    ({ reason }) => reason,
  )
  return [...reasons].map(([reason, tests]) => {
    const [first] = tests
    const names = tests.length > 1 ? `${tests.length} tests` : first?.name
    return `skipped: ${names} (${reason})`
  })
}
