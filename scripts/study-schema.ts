import { z } from 'zod'
import { StudyFile } from '../src/records/study.ts'
import type { Scenario } from '../src/scenarios/scenario.ts'

export const STUDY_SCHEMA = 'assets/study.schema.json'

/** Where an editor finds the schema that belongs to a published version. */
const PUBLISHED = 'https://unpkg.com/offswitch/assets/study.schema.json'

const Json = z.record(z.string(), z.json())
type Json = z.infer<typeof Json>

/**
 * The JSON Schema of study files, for editors. Draft 7: the newest that all of them know. For each scenario that is ours, what
 * may stand in its arms, presets and texts; modules may bring others.
 */
export function renderStudySchema(scenarios: readonly Scenario[]): string {
  const { $schema, ...shape } = Json.parse(
    z.toJSONSchema(StudyFile, { io: 'input', target: 'draft-7', reused: 'inline' }),
  )
  const parts = scenarios.map(scenarioPart)
  const schema: Json = {
    $schema: $schema ?? null,
    $id: PUBLISHED,
    title: 'Study of offswitch',
    description: 'What is to be run, declared beforehand: `offswitch run study.yaml`.',
    ...shape,
    allOf: parts.map(({ rule }) => rule),
    definitions: Object.fromEntries(parts.flatMap(({ definitions }) => definitions)),
  }
  return `${JSON.stringify(withoutLargest(schema), null, 2)}\n`
}

/** zod bounds each whole number by the largest that is exact, which says nothing to anybody. */
function withoutLargest(value: Json[string]): Json[string] {
  if (Array.isArray(value)) return value.map(withoutLargest)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([, inner]) => inner !== Number.MAX_SAFE_INTEGER && inner !== -Number.MAX_SAFE_INTEGER,
      )
      .map(([key, inner]) => [key, withoutLargest(inner)]),
  )
}

/** What the keys of a study may hold where it is of this scenario. */
function scenarioPart(scenario: Scenario): { rule: Json; definitions: [string, Json][] } {
  const { id } = scenario
  const presets = Object.entries(scenario.presets).map(
    ([name, { title }]) => [name, title] as const,
  )
  const levels = Object.entries(scenario.factors).map(([name, { title, levels, ...factor }]) => ({
    name,
    place: `${id}.${name}`,
    schema: {
      description: `${title}. Default: ${factor.default}.`,
      ...oneOf(Object.entries(levels)),
    },
  }))
  const refs = levels.map(({ name, place }) => [name, ref(place)] as const)
  const arm = strict({
    name: { type: 'string', description: 'What comparisons call it.' },
    preset: ref(`${id}.preset`),
    ...Object.fromEntries(refs),
  })
  const lists = refs.map(([name, level]) => [
    name,
    { anyOf: [level, { type: 'array', items: level }] },
  ])
  const slots = Object.keys(scenario.texts).map((slot) => [slot, { type: 'string' }])
  const properties = {
    presets: { items: ref(`${id}.preset`) },
    controls: { items: { anyOf: [ref(`${id}.preset`), ref(`${id}.arm`)] } },
    arms: {
      anyOf: [{ type: 'array', items: ref(`${id}.arm`) }, strict(Object.fromEntries(lists))],
    },
    settings: settingsOf(scenario),
    wording: { anyOf: [{ type: 'string' }, strict(Object.fromEntries(slots))] },
  }
  return {
    rule: {
      if: { properties: { scenario: { const: id } }, required: ['scenario'] },
      // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema calls it so.
      then: { properties },
    },
    definitions: [
      [`${id}.preset`, { description: 'A ready arm.', ...oneOf(presets) }],
      [`${id}.arm`, arm],
      ...levels.map(({ place, schema }): [string, Json] => [place, schema]),
    ],
  }
}

function settingsOf({ settings }: Scenario): Json {
  const options = { io: 'input', target: 'draft-7', unrepresentable: 'any' } as const
  const { $schema: _, ...schema } = Json.parse(z.toJSONSchema(settings, options))
  return schema
}

/** Choices, each with the line that says what it is for. */
function oneOf(choices: readonly (readonly [string, string])[]): Json {
  return { anyOf: choices.map(([choice, description]) => ({ const: choice, description })) }
}

function strict(properties: Json): Json {
  return { type: 'object', properties, additionalProperties: false }
}

function ref(definition: string): Json {
  return { $ref: `#/definitions/${definition}` }
}
