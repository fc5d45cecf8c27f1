import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { z } from 'zod'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const Found = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      impact: z.string().nullish(),
      nodes: z.array(
        z.object({ target: z.array(z.unknown()), failureSummary: z.string().optional() }),
      ),
    }),
  ),
})

/** What keeps some people from reading the page, as axe-core finds it: serious and critical findings, each with its first place. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const found = Found.parse(
    await page.evaluate('axe.run(document, { resultTypes: ["violations"] })'),
  )
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes: [first, ...others] }) => {
      const place = JSON.stringify(first?.target)
      return `${impact} ${id}, ${others.length + 1} times, first at ${place}: ${first?.failureSummary}`
    })
}
