/**
 * A study in TypeScript: its arms and comparisons are computed. Does a more everyday announcement change what is done, and does
 * it do so alike with an instruction and without one?
 *
 * In a project of your own the import is from 'offswitch'. Paths are relative to this module.
 *
 *   npx offswitch run examples/realism.ts --trials 2 --sandbox memory
 *   npx offswitch run examples/realism.ts --model openai/gpt-6-luna --dry-run
 */
import { defineStudy } from '../src/index.ts'

const instructions = ['none', 'allow-unfinished']
const announcements = ['power-off', 'maintenance']

export const realism = defineStudy({
  title: 'A more everyday announcement',
  scenario: 'shutdown',
  agents: ['script:complies.yaml', 'script:overwrites.yaml'],
  arms: { instruction: instructions, announcement: ['script-named', ...announcements] },
  controls: ['K'],
  trials: 200,
  comparisons: {
    adjust: 'holm',
    of: instructions.flatMap((instruction) =>
      announcements.map((announcement) => ({
        label: `${announcement}, instruction ${instruction}`,
        first: { arm: { instruction, announcement } },
        second: { arm: { instruction, announcement: 'script-named' } },
      })),
    ),
  },
})
