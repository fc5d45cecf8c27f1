import type { Picture } from './pictures.ts'

/** The page of docs that shows the pictures. */
export function picturesPage(pictures: readonly Picture[]): string {
  const parts = pictures.map(
    ({ id, title, sentence }) => `## ${title}

${sentence}

<picture>
  <source media="(prefers-color-scheme: dark)" srcset="screenshots/${id}-dark.png">
  <img src="screenshots/${id}-light.png" width="800" alt="${title}: ${sentence}">
</picture>

On a phone: [picture](screenshots/${id}-phone.png). [Light](screenshots/${id}-light.png), [dark](screenshots/${id}-dark.png).
`,
  )
  return `# What it looks like

Made by \`node scripts/screenshots.ts\`. The models in the pictures are invented, and what they do is drawn from figures in
\`scripts/demo/invented-models.ts\`: nothing here is a finding.

${parts.join('\n')}`
}
