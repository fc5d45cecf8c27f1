import type { Provider } from '../../agents/model/provider.ts'
import { createRedactor, type Redactor } from '../../support/redact.ts'
import { readEnvFile } from './read-env-file.ts'
import { type Secret, secretsIn } from './secrets-in.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** The variables that this program has been given, and what of them is never to be written. */
export interface OpenedEnvironment {
  /** The process's own variables, with those of the `.env` file added that it lacks. */
  keys(): Promise<Environment>
  /** What is to be written, without any secret. */
  redact<T>(value: T): T
  /** All that is never to be written. To be asked after `keys`, which knows the most. */
  secrets(): readonly string[]
  /** The variable whose secret stands in a value; null where none does. */
  secretIn(value: unknown): string | null
}

/**
 * Reads the `.env` file, and what secrets there are. Nothing of the file enters the process's own environment, which other
 * programs inherit. What is wrong with it is said to whoever asks for keys.
 *
 * @param own the process's variables
 * @param options.file the `.env` file, which need not be there
 * @param options.say tells the user something about that file
 */
export function openEnvironment(
  own: Environment,
  options: { readonly file: string; readonly say: (line: string) => void },
): OpenedEnvironment {
  const { variables, notes } = readEnvFile(options.file)
  // What the file would set and the process has otherwise is as much of a secret.
  const secretsOf = (known: ReadonlySet<string>): Secret[] => [
    ...secretsIn(own, known),
    ...secretsIn(variables, known),
  ]
  let secrets = secretsOf(new Set())
  let redactor = redactorOf(secrets)
  let asked: Promise<Environment> | null = null

  const complete = async (): Promise<Environment> => {
    // Not loaded at the start: most commands ask no provider.
    const { PROVIDERS } = await import('../../agents/model/providers.ts')
    secrets = secretsOf(new Set(PROVIDERS.flatMap(({ secretVariables }) => secretVariables)))
    redactor = redactorOf(secrets)
    const strange = addressesOfOthersKeys(PROVIDERS, own, variables)
    const taken = Object.entries(variables).filter(([name]) => !strange.includes(name))
    for (const note of notes) options.say(note)
    for (const name of strange) {
      options.say(
        `${options.file} names an address in ${name}, but the key for it is not from there: the address is left out. Put both in one place, or name the address with --model-base-url`,
      )
    }
    return { ...Object.fromEntries(taken), ...definedIn(own) }
  }

  return {
    keys: () => {
      asked ??= complete()
      return asked
    },
    secrets: () => secrets.map(({ value }) => value),
    redact: (value) => redactor.value(value),
    secretIn: (value) =>
      secrets.find((secret) => redactorOf([secret]).value(value) !== value)?.variable ?? null,
  }
}

function redactorOf(secrets: readonly Secret[]): Redactor {
  return createRedactor(secrets.map(({ value }) => value))
}

/** A folder that somebody else has made may hold a `.env`: it must not send the user's own keys to an address of its choice. */
function addressesOfOthersKeys(
  providers: readonly Provider[],
  own: Environment,
  file: Environment,
): string[] {
  const isSet = (environment: Environment, name: string): boolean =>
    (environment[name] ?? '').trim() !== ''
  return providers
    .filter(({ keyVariables, secretVariables }) =>
      // What is no secret itself says where one lies: the file may name any of the user's.
      keyVariables.some(
        (name) => isSet(own, name) || (!secretVariables.includes(name) && isSet(file, name)),
      ),
    )
    .map(({ baseUrlVariable }) => baseUrlVariable)
    .filter((name, index, all) => all.indexOf(name) === index)
    .filter((name) => own[name] === undefined && file[name] !== undefined)
}

function definedIn(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined))
}
