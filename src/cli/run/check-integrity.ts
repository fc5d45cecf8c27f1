import type { Integrity } from '../../records/run.ts'
import { escapeLine } from '../../reports/escape-text.ts'
import type { RunReader } from '../../store/store.ts'
import { verificationWork } from '../../store/verification-work.ts'
import { verifyRun } from '../../store/verify-run.ts'
import type { CommandContext } from '../command-context.ts'
import { endProblems } from './end-problems.ts'

/** A run that takes longer than about two seconds to check is checked if somebody asks for it. In units of `verificationWork`. */
const WITHOUT_ASKING = 20 * 1024 * 1024

/** More problems than this are counted. */
const TOLD_MAX = 20

/** On standard error, where what is printed has no place for it. */
export function warnOfIntegrity(
  { stderr, redact }: Pick<CommandContext, 'stderr' | 'redact'>,
  { checked, found, problems }: Integrity,
): void {
  if (found > 0) {
    const more = found - problems.length
    stderr.write('Warning: the file of this run is not what was stored:\n')
    for (const problem of problems) stderr.write(`  ${escapeLine(redact(problem))}\n`)
    if (more > 0) stderr.write(`  … and ${more} more\n`)
  } else if (!checked) {
    stderr.write(
      'Whether the records are those that were stored was not checked, since that takes a while: `report --verify` does.\n',
    )
  }
}

/**
 * Whether the records of a run are those that were stored.
 *
 * @param always also where that takes long
 * @param most what is too long, in units of `verificationWork`. @default about two seconds
 * @throws UsageError if the file cannot be opened as a run at all.
 */
export async function checkIntegrity(
  reader: RunReader,
  { always, most = WITHOUT_ASKING }: { readonly always: boolean; readonly most?: number },
): Promise<Integrity> {
  if (!always && verificationWork(reader.file, most) > most) {
    return { checked: false, found: 0, problems: [] }
  }
  const verified = await verifyRun(reader.file)
  const problems = [...verified.problems, ...(await endProblems(reader))]
  return { checked: true, found: problems.length, problems: problems.slice(0, TOLD_MAX) }
}
