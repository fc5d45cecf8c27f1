import { open, readFile, rm } from 'node:fs/promises'
import { LockedPlan } from '../../records/plan.ts'
import { printable } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { hashJson } from '../../support/hash.ts'
import type { CommandContext } from '../command-context.ts'
import { armsHash } from '../run/run-header.ts'
import type { ReadyStudy } from '../study/resolve-study.ts'

/** A study as it is declared, ready to be published before its first trial. */
export function lockPlan(
  { clock, version, redact }: Pick<CommandContext, 'clock' | 'version' | 'redact'>,
  { study, plan }: Pick<ReadyStudy, 'study' | 'plan'>,
  pilot: string | null,
): LockedPlan {
  const arms = armsHash(plan)
  // What is hashed is what is written.
  const written = redact(study)
  return {
    formatVersion: 1,
    kind: 'offswitch-plan',
    lockedAt: clock.now().toISOString(),
    offswitch: version,
    study: written,
    arms,
    hash: planHash({ study: written, arms }),
    pilot,
  }
}

/** What a published hash binds: the study, and every message and file of its arms. */
export function planHash({
  study,
  arms,
}: {
  readonly study: unknown
  readonly arms: string
}): string {
  return hashJson({ study, arms })
}

/** Never over a file that is there: a plan that could be replaced would lock nothing. @throws UsageError */
export async function writeLockedPlan(file: string, plan: LockedPlan): Promise<void> {
  const cannot = (why: string, cause?: unknown): UsageError =>
    new UsageError(`Cannot lock the plan in "${printable(file)}": ${why}`, { cause })
  if (!file.endsWith('.json')) {
    throw cannot('its name must end in .json, by which `run` knows it')
  }
  try {
    await writeNew(file, `${JSON.stringify(plan, null, 2)}\n`)
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
    throw cannot(REASONS[String(error.code)] ?? printable(error.message), error)
  }
}

/** Whole or not at all: half a plan would stand in the way of the next try. */
async function writeNew(file: string, text: string): Promise<void> {
  await using handle = await open(file, 'wx')
  try {
    await handle.writeFile(text)
    await handle.sync()
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'no permission to write there',
  EEXIST: 'there is a file of that name, and what is locked is not replaced',
  EISDIR: 'it is a folder',
  ENOENT: 'its folder does not exist',
  ENOSPC: 'its disk is full',
  EROFS: 'its disk is read-only',
}

/** @throws UsageError for what is no plan, or has been changed since it was locked */
export async function readLockedPlan(file: string): Promise<LockedPlan> {
  const cannot = (why: string, cause?: unknown): UsageError =>
    new UsageError(`Cannot read plan "${printable(file)}": ${why}`, { cause })
  let value: unknown
  try {
    value = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) throw cannot('it is no JSON', error)
    if (error instanceof Error && 'code' in error) {
      throw cannot(error.code === 'ENOENT' ? 'there is no such file' : printable(error.message))
    }
    throw error
  }
  const parsed = LockedPlan.safeParse(value)
  if (!parsed.success) {
    throw cannot('it is no plan that `offswitch plan --lock` has written', parsed.error)
  }
  const plan = parsed.data
  // What is hashed is what stands in the file: what this version would read into it was not locked.
  const now = planHash({ study: Reflect.get(Object(value), 'study'), arms: plan.arms })
  if (now !== plan.hash) {
    throw cannot(
      `it was changed after it was locked (its hash is ${plan.hash.slice(0, 12)}…, that of its content ${now.slice(0, 12)}…)`,
    )
  }
  return plan
}
