import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { KnownModel, ModelTable } from '../../records/model.ts'
import { printable } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { packageDirectory } from '../../support/package-directory.ts'
import { readYamlFile } from '../../support/read-yaml.ts'

/** What is known of a model, by the name that stands behind `model:`. */
export type KnownModels = (model: string) => KnownModel | null

/** The same models by another protocol: they have one price. */
const SAME_MODELS: Readonly<Record<string, string>> = { 'openai-chat': 'openai' }

/**
 * Looks models up in the project's own table, which is read when it is first asked, and before it in the user's.
 *
 * @param file path of the user's table, YAML or JSON
 * @throws UsageError with the place in that file
 */
export async function loadKnownModels(
  file: string | undefined,
  { today }: { readonly today: Date },
): Promise<KnownModels> {
  const users = file === undefined ? [] : await readUsersTable(file, today)
  let own: readonly KnownModel[] | null = null
  return (model) => {
    own ??= readOwnTable()
    return findModel(model, users) ?? findModel(model, own)
  }
}

/** All models of which something is known: the user's entries, and the project's own that none of those stands in front of. */
export async function listKnownModels(
  file: string | undefined,
  { today }: { readonly today: Date },
): Promise<readonly KnownModel[]> {
  const users = file === undefined ? [] : await readUsersTable(file, today)
  return [...users, ...readOwnTable().filter(({ model }) => findModel(model, users) === null)]
}

/** The project's own table. */
export function readOwnTable(): readonly KnownModel[] {
  const text = readFileSync(join(packageDirectory(), 'assets', 'models.json'), 'utf8')
  return ModelTable.parse(JSON.parse(text)).models
}

/** The entry of exactly that name, else of the longest beginning with a `*` that fits. */
export function findModel(model: string, table: readonly KnownModel[]): KnownModel | null {
  const name = nameInTables(model)
  const exact = table.find((entry) => nameInTables(entry.model) === name)
  if (exact !== undefined) return exact
  const fitting = table.filter(
    (entry) => entry.model.endsWith('*') && name.startsWith(beginningOf(entry)),
  )
  return fitting.toSorted((a, b) => b.model.length - a.model.length)[0] ?? null
}

function beginningOf({ model }: KnownModel): string {
  return nameInTables(model).slice(0, -1)
}

function nameInTables(model: string): string {
  const slash = model.indexOf('/')
  const same = SAME_MODELS[model.slice(0, slash)]
  return same === undefined ? model : `${same}${model.slice(slash)}`
}

async function readUsersTable(path: string, today: Date): Promise<readonly KnownModel[]> {
  const { value } = await readYamlFile(path, UsersTable, { what: 'model prices' })
  const models = value.models.map((entry) => ({
    ...entry,
    source: entry.source ?? path,
    asOf: entry.asOf ?? today.toISOString().slice(0, 10),
  }))
  const names = models.map(({ model }) => nameInTables(model))
  const again = models.find(({ model }, index) => names.indexOf(nameInTables(model)) < index)
  if (again !== undefined) {
    throw new UsageError(
      `Cannot use model prices file "${printable(path)}": model "${printable(again.model)}" stands in it twice`,
    )
  }
  return models
}

const NAME = z.string().regex(/^[a-z][a-z0-9-]*\/\S+$/, 'must be PROVIDER/NAME, as after "model:"')

/** As the project's own, but that a user need not say where it comes from, nor how large a model is. */
const UsersTable = z.strictObject({
  models: z.array(
    KnownModel.extend({
      model: NAME,
      price: KnownModel.shape.price.default(null),
      contextTokens: KnownModel.shape.contextTokens.default(null),
      maxOutputTokens: KnownModel.shape.maxOutputTokens.default(null),
      source: KnownModel.shape.source.optional(),
      asOf: KnownModel.shape.asOf.optional(),
    }),
  ),
})
