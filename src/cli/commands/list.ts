import type { Command as CommanderCommand } from 'commander'
import { z } from 'zod'
import { agents as agentKinds } from '../../agents/catalog.ts'
import { armText } from '../../reports/arm-label.ts'
import { createPaint } from '../../reports/create-paint.ts'
import { escapeLine } from '../../reports/escape-text.ts'
import { jsonText } from '../../reports/json-text.ts'
import { wrapText } from '../../reports/text-width.ts'
import { sandboxes } from '../../sandboxes/catalog.ts'
import { scenarios } from '../../scenarios/catalog.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import { listRuns } from '../../store/list-runs.ts'
import { rescoredFrom } from '../../store/rescored-from.ts'
import { unknownChoice } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { followedIn, plannedTrials } from '../../trials/stopping/followed.ts'
import { defineCommand } from '../command.ts'
import { type CommandContext, usesColour, widthOf } from '../command-context.ts'
import { EXIT } from '../exit-code.ts'
import { entries, type Listing, type ListingPage } from '../listing.ts'
import { listModels } from '../models/list-models.ts'
import { names, pairs } from '../option-parsers.ts'
import { listPublished } from '../published/list-published.ts'
import { RUNS_FOLDER } from '../run/run-name.ts'
import { loadScenario } from '../study/load-scenario.ts'

const Options = z.object({
  scenario: z.string().optional(),
  modelPrices: z.string().optional(),
  ask: z.boolean().optional(),
  source: z.string().optional(),
  model: z.string().optional(),
  preset: z.array(z.string()).optional(),
  arm: z.array(z.tuple([z.string(), z.string()])).optional(),
  runs: z.string(),
  json: z.boolean().optional(),
})
type Options = z.infer<typeof Options>

const SHELVES: Readonly<
  Record<string, (options: Options, context: CommandContext) => Promise<Listing>>
> = {
  scenarios: listScenarios,
  arms: listArms,
  agents: listAgents,
  models: listModels,
  sandboxes: listSandboxes,
  published: listPublished,
  runs: listStoredRuns,
}

/** Says what there is to choose from. */
export const list = defineCommand({
  name: 'list',
  summary: 'list scenarios, arms, agents, models, sandboxes, published results or runs',
  example: `list arms
    list agents
    list models --ask
    list published --preset A --model o3
    list runs --json`,
  declare: (command: CommanderCommand) => {
    command
      .argument('<what>', Object.keys(SHELVES).join(', '))
      .option('--scenario <name>', 'whose arms, controls or published results (default: all)')
      .option('--model-prices <file>', 'prices and sizes of models, before those known here')
      .option('--ask', 'ask the providers that are configured which models they have')
      .option('--source <id>', 'published results: only of that source')
      .option(
        '--model <name>',
        'published results: only of that model, or of all with it in their name',
      )
      .option('--preset <names>', 'published results: only for these ready arms', names('--preset'))
      .option(
        '--arm <factor=level>',
        'published results: only for arms with that level',
        pairs('--arm', 'FACTOR=LEVEL'),
      )
      .option('--runs <dir>', 'folder of the runs', RUNS_FOLDER)
      .option('--json', 'print JSON')
  },
  run: async ({ args, options }, context) => {
    const [what = ''] = args
    const shelf = Object.hasOwn(SHELVES, what) ? SHELVES[what] : undefined
    if (shelf === undefined) throw unknownChoice('list', what, Object.keys(SHELVES))
    const parsed = Options.parse(options)
    print(context, await shelf(parsed, context), parsed.json ?? false)
    return EXIT.done
  },
})

function print(context: CommandContext, listing: Listing, json: boolean): void {
  const { stdout, stderr, environment } = context
  for (const problem of listing.problems ?? []) stderr.write(`${escapeLine(problem)}\n`)
  if (json) {
    stdout.write(`${jsonText(listing.data)}\n`)
    return
  }
  const page = { width: widthOf(stdout), paint: createPaint(usesColour(stdout, environment)) }
  const lines = listing.lines(page)
  stdout.write(lines.length === 0 ? '' : `${lines.join('\n')}\n`)
}

async function listScenarios(): Promise<Listing> {
  const loaded = await Promise.all(scenarios.map(({ load }) => load()))
  return {
    data: loaded.map(({ id, version, title, question, citation }) => ({
      id,
      version,
      title,
      question,
      citation,
    })),
    lines: (page) =>
      loaded.flatMap((scenario) =>
        entries(page, [
          [scenario.id, `${scenario.title} (version ${scenario.version})`],
          ['', scenario.question],
          ['', page.paint.faint(scenario.citation)],
        ]),
      ),
  }
}

async function listArms({ scenario: name }: Options): Promise<Listing> {
  const chosen =
    name === undefined
      ? await Promise.all(scenarios.map(({ load }) => load()))
      : [await loadScenario(name)]
  return {
    data: chosen.map(({ id, factors, presets }) => ({ scenario: id, factors, presets })),
    lines: (page) => chosen.flatMap((scenario) => armLines(page, scenario)),
  }
}

function armLines(page: ListingPage, scenario: Scenario): string[] {
  const { strong, faint } = page.paint
  return [
    strong(`Factors of scenario ${scenario.id}: --arm FACTOR=LEVEL,LEVEL`),
    'What is not named takes its default.',
    ...Object.entries(scenario.factors).flatMap(([name, factor]) => [
      '',
      `${strong(name)}: ${factor.title}`,
      ...entries(
        page,
        Object.entries(factor.levels).map(([level, why]) => [
          level,
          `${why}${level === factor.default ? ' (default)' : ''}`,
        ]),
      ),
    ]),
    '',
    strong(`Ready arms of scenario ${scenario.id}: --preset NAME,NAME`),
    '',
    ...entries(
      page,
      Object.entries(scenario.presets).flatMap(([name, { title, arm }]) => [
        [name, title],
        ['', faint(armText(arm) || 'every factor at its default')],
      ]),
    ),
    '',
    ...citationLines(page, scenario),
  ]
}

/** Several presets come from one paper: it is named once. */
function citationLines(page: ListingPage, { presets }: Scenario): string[] {
  const sources = new Map<string, string[]>()
  for (const [name, { citation }] of Object.entries(presets)) {
    sources.set(citation, [...(sources.get(citation) ?? []), name])
  }
  return [...sources].flatMap(([citation, names]) =>
    wrapText(`${names.join(', ')}: ${citation}`, page.width).map(page.paint.faint),
  )
}

async function listAgents({ scenario: name }: Options): Promise<Listing> {
  const kinds = await Promise.all(agentKinds.map(({ load }) => load()))
  const chosen =
    name === undefined
      ? await Promise.all(scenarios.map(({ load }) => load()))
      : [await loadScenario(name)]
  const controls = chosen.map(({ id, controls }) => ({
    scenario: id,
    controls: Object.entries(controls).map(([control, { title, expect, arm }]) => ({
      agent: `control:${control}`,
      title,
      expect,
      arm,
    })),
  }))
  return {
    data: { kinds: kinds.map(({ id, title, usage }) => ({ id, title, usage })), controls },
    lines: (page) => [
      page.paint.strong('Kinds of agents: --agent KIND:…'),
      '',
      ...entries(
        page,
        kinds.flatMap(({ id, title, usage }) => [
          [id, title],
          ['', page.paint.faint(usage)],
        ]),
      ),
      ...controls.flatMap(({ scenario, controls: scripts }) => [
        '',
        page.paint.strong(`Controls of scenario ${scenario}: scripts with a known result`),
        '',
        ...entries(
          page,
          scripts.map(({ agent, title, expect, arm }) => {
            const where = Object.keys(arm).length === 0 ? '' : `, in ${armText(arm)}`
            const detail = expect.detail === undefined ? '' : `, ${expect.detail}`
            return [agent, `${title} → ${expect.verdict}${detail}${where}`]
          }),
        ),
      ]),
    ],
  }
}

async function listSandboxes(): Promise<Listing> {
  return {
    data: sandboxes.map(({ id, title }) => ({ id, title })),
    lines: (page) => [
      ...entries(
        page,
        sandboxes.map(({ id, title }) => [id, title]),
      ),
      'Which of them run here: `offswitch doctor`',
    ],
  }
}

async function listStoredRuns({ runs: folder }: Options): Promise<Listing> {
  const { runs, problems } = await runsOf(folder)
  return {
    data: runs.map(({ file, header, status, trials }) => ({
      run: header.id,
      file,
      createdAt: header.createdAt,
      scenario: header.study.scenario,
      status,
      trials,
      planned: plannedTrials(header.study),
      agents: Object.keys(header.study.agents),
      rescoredFrom: rescoredFrom(header)?.run ?? null,
    })),
    problems: problems.map(({ problem }) => problem),
    lines: (page) =>
      runs.length === 0
        ? [`No runs in ${escapeLine(folder)} yet: \`offswitch run\` makes one.`]
        : entries(
            page,
            runs.flatMap(({ header, status, trials }) => {
              const { study, createdAt, id } = header
              const time = createdAt.slice(0, 16).replace('T', ' ')
              const agents = Object.keys(study.agents)
              const shown = agents.slice(0, 4).map(escapeLine).join(', ')
              const origin = rescoredFrom(header)
              const copy = origin === null ? '' : `, run ${escapeLine(origin.run)} scored anew`
              const more = agents.length > 4 ? ` and ${agents.length - 4} more` : ''
              return [
                [
                  id,
                  `${time}  ${escapeLine(study.scenario.id)}  ${status}, ${trials} of ${followedIn(study) === null ? '' : 'at most '}${plannedTrials(study)} trials${copy}`,
                ],
                ['', page.paint.faint(`${shown}${more}`)],
              ]
            }),
          ),
  }
}

/** There is no folder before the first run. */
async function runsOf(folder: string): ReturnType<typeof listRuns> {
  try {
    return await listRuns(folder)
  } catch (error) {
    if (error instanceof UsageError && folder === RUNS_FOLDER) return { runs: [], problems: [] }
    throw error
  }
}
