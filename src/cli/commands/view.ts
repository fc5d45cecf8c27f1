import { hostname } from 'node:os'
import type { Command as CommanderCommand } from 'commander'
import { z } from 'zod'
import { escapeLine, escapeText } from '../../reports/escape-text.ts'
import { plural } from '../../reports/report-page.ts'
import { PortBusy, serve, type ViewServer } from '../../server/serve.ts'
import { readSite } from '../../server/site-files.ts'
import { UsageError } from '../../support/errors.ts'
import { defineCommand } from '../command.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { wholeNumber } from '../option-parsers.ts'
import { RUNS_FOLDER, runName } from '../run/run-name.ts'
import { shownNotes } from '../view/annotate-shown-runs.ts'
import { exportSite } from '../view/export-site.ts'
import { folderSource } from '../view/folder-source.ts'
import { openBrowser } from '../view/open-browser.ts'
import { createRunControl } from '../view/run-control.ts'
import { runNames } from '../view/run-files.ts'
import { isLoopback, VIEW_TOKEN, type ViewToken, viewToken } from '../view/view-token.ts'
import { webFolder } from '../view/web-folder.ts'

const PORT = 7575
/** Where the usual port is busy, one of the next is taken: several folders can be shown at once. */
const PORTS_TRIED = 50

const Options = z.object({
  host: z.string().optional(),
  port: z.number().optional(),
  token: z.string().optional(),
  readOnly: z.boolean().optional(),
  open: z.boolean().optional(),
  export: z.string().optional(),
  force: z.boolean().optional(),
})
type Options = z.infer<typeof Options>

/** Shows the runs of a folder in a browser. */
export const view = defineCommand({
  name: 'view',
  summary: 'show runs in a browser: tables, figures and every transcript',
  example: `view
    view results --open
    view --read-only --host 0.0.0.0 --port 8000
    view --export site`,
  declare: (command: CommanderCommand) => {
    command
      .argument('[dir]', `folder of the runs (default: ${RUNS_FOLDER})`)
      .option('--host <name>', 'address to serve on (default: 127.0.0.1, this machine alone)')
      .option(
        '--port <n>',
        `port to serve on (default: ${PORT}, or the next that is free)`,
        wholeNumber('--port', { low: 0, high: 65_535 }),
      )
      .option(
        '--token <text>',
        `what lets a reader in (default: drawn anew each time); better set in ${VIEW_TOKEN}, since others see command lines`,
      )
      .option('--read-only', 'readers write no notes, and start, pause and stop no runs')
      .option('--open', 'open the page in the browser')
      .option('--export <dir>', 'write a site of plain files there instead, for any web host')
      .option('--force', 'with --export: also into a folder that holds other things')
  },
  run: async ({ args, options }, context) => {
    const parsed = Options.parse(options)
    refuseMixed(parsed)
    const folder = args[0] ?? RUNS_FOLDER
    const found = runNames(folder).length
    // Which of its variables are providers' keys is known only then, and none of them may be sent.
    await context.keys()
    return parsed.export === undefined
      ? showFolder(context, parsed, { folder, found })
      : writeSite(context, parsed, { folder, site: parsed.export })
  },
})

/** A flag that would change nothing is a misunderstanding. */
function refuseMixed(options: Options): void {
  const { export: site, force } = options
  if (site === undefined && force === true) {
    throw new UsageError('Cannot use --force without --export: it is for the folder of a site')
  }
  const served = { host: '--host', port: '--port', token: '--token', open: '--open' } as const
  for (const [name, flag] of Object.entries(served)) {
    if (site !== undefined && Reflect.get(options, name) !== undefined) {
      throw new UsageError(`Cannot use ${flag} with --export: nothing is served`)
    }
  }
}

async function writeSite(
  context: CommandContext,
  { force = false }: Options,
  { folder, site }: { readonly folder: string; readonly site: string },
): Promise<ExitCode> {
  const { stdout, stderr } = context
  const ending = new AbortController()
  using _interrupts = context.onInterrupt(() => ending.abort())
  try {
    const { runs, trials, bytes } = await exportSite(context, {
      source: folderSource(context, { folder }),
      folder,
      web: webFolder(),
      site,
      force,
      signal: ending.signal,
      say: (line) => stderr.write(`${escapeLine(line)}\n`),
    })
    stdout.write(
      `${escapeLine(site)}: ${runs} ${plural(runs, 'run')}, ${trials} ${plural(trials, 'trial')}, ${(bytes / 1e6).toFixed(1)} MB of data\n`,
    )
    stderr.write(
      'Copy the folder to any web host. To look at it here: npx http-server, or python3 -m http.server, in that folder; opened as a file it shows nothing.\n',
    )
    return EXIT.done
  } catch (error) {
    if (!ending.signal.aborted) throw error
    stderr.write('Interrupted: no site was written.\n')
    return EXIT.interrupted
  }
}

async function showFolder(
  context: CommandContext,
  options: Options,
  { folder, found }: { readonly folder: string; readonly found: number },
): Promise<ExitCode> {
  const { stderr } = context
  const { host = '127.0.0.1', readOnly = false } = options
  const token = viewToken(context, { host, token: options.token })
  const control = readOnly ? undefined : createRunControl(context, folder)
  const source = folderSource(context, {
    folder,
    control,
    annotate: readOnly ? undefined : shownNotes({ ...context, folder }),
  })
  const ended = Promise.withResolvers<void>()
  using _interrupts = context.onInterrupt(() => ended.resolve())
  await using server = await listen(options.port, (port) =>
    serve({
      source,
      site: readSite(webFolder()),
      token: token.token,
      hosts: isLoopback(host)
        ? new Set()
        : new Set([host, hostname()].map((name) => name.toLowerCase())),
      host,
      port,
      clock: context.clock,
      onProblem: problemTeller(context),
      redact: context.redact,
    }),
  )
  const address = `http://${nameInAddress(host)}:${server.port}/`
  sayWhatIsShown(context, { folder, found, host, readOnly, port: server.port, asked: options.port })
  sayHowToEnter(context, address, token)
  if (options.open === true) {
    const problem = await openBrowser(`${address}?token=${token.token}`)
    if (problem !== null) {
      stderr.write(`No browser could be opened (${escapeLine(problem)}): open the link yourself.\n`)
    }
  }
  await ended.promise
  for (const { file, id, pid } of control?.going() ?? []) {
    stderr.write(
      `Run ${id}, which was started from the page, goes on as process ${pid}. To stop it: ${context.program} signal ${runName({ id }, file)} stop\n`,
    )
  }
  return EXIT.done
}

/** @param asked a port that the user has named: no other will do */
async function listen(
  asked: number | undefined,
  serveOn: (port: number) => Promise<ViewServer>,
): Promise<ViewServer> {
  if (asked !== undefined) return serveOn(asked)
  for (let port = PORT; port < PORT + PORTS_TRIED; port++) {
    try {
      return await serveOn(port)
    } catch (error) {
      if (!(error instanceof PortBusy)) throw error
    }
  }
  return serveOn(0)
}

function sayWhatIsShown(
  { stderr }: Pick<CommandContext, 'stderr'>,
  shown: {
    readonly folder: string
    readonly found: number
    readonly host: string
    readonly readOnly: boolean
    readonly port: number
    readonly asked: number | undefined
  },
): void {
  const { folder, found, host, readOnly, port, asked } = shown
  const runs = found === 0 ? 'no run yet' : `${found} ${plural(found, 'run')}`
  stderr.write(`Showing folder ${escapeLine(folder)}: ${runs}. Ctrl-C ends it.\n`)
  stderr.write(
    readOnly
      ? 'Nothing can be changed from the page.\n'
      : 'From the page, notes can be written, and runs started, paused and stopped; --read-only: neither.\n',
  )
  if (asked === undefined && port !== PORT)
    stderr.write(`Port ${PORT} is busy: this is port ${port}.\n`)
  if (!isLoopback(host)) {
    stderr.write(
      'Warning: other machines can reach this server, and the connection is not encrypted: whoever sees it pass sees the token and the transcripts.\n',
    )
  }
}

/** The link is a result; the user's own token is a secret and is not printed. */
function sayHowToEnter(
  { stdout, stderr }: Pick<CommandContext, 'stdout' | 'stderr'>,
  address: string,
  { token, isOwn }: ViewToken,
): void {
  if (isOwn) stderr.write('The first time, add ?token= and your token to this link:\n')
  stdout.write(`${address}${isOwn ? '' : `?token=${token}`}\n`)
}

function nameInAddress(host: string): string {
  if (host === '0.0.0.0' || host === '::') return hostname()
  return host.includes(':') ? `[${host}]` : host
}

/** A page that goes on trying the same would fill the terminal. */
const PROBLEMS_TOLD = 20

function problemTeller({
  stderr,
}: Pick<CommandContext, 'stderr'>): (kind: 'bug' | 'policy', detail: string) => void {
  let told = 0
  return (kind, detail) => {
    if (++told > PROBLEMS_TOLD) return
    const what =
      kind === 'bug'
        ? 'This is a bug of ours. Please report it, with what you did and the lines below.'
        : 'A page tried what its policy forbids, and was kept from it:'
    stderr.write(`${what}\n${escapeText(detail)}\n`)
  }
}
