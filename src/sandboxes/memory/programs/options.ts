import { Complaint } from './program.ts'

export interface OptionSpec {
  /** Letters of options without a value. */
  readonly flags: string
  /** Letters of options with one. */
  readonly values?: string
  /** Long names and the letters they stand for; a name that ends in `=` takes a value. */
  readonly long?: Readonly<Record<string, string>>
  /** Whether options end at the first operand, as for programs that run others. */
  readonly stopAtOperand?: boolean
}

export interface Options {
  readonly operands: string[]
  has(letter: string): boolean
  /** The last value given. */
  value(letter: string): string | undefined
  /** Every letter in the order given. */
  readonly order: readonly string[]
}

/** Reads arguments as GNU programs do. @throws Complaint for an option that is none. */
export function parseOptions(args: readonly string[], spec: OptionSpec, name: string): Options {
  const given: { letter: string; value: string | undefined }[] = []
  const operands: string[] = []
  const rest = [...args]
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') {
      operands.push(...rest)
      break
    }
    if (arg.startsWith('--')) {
      readLong(arg, rest, spec, name, given)
    } else if (arg.startsWith('-') && arg !== '-') {
      readShort(arg.slice(1), rest, spec, name, given)
    } else {
      operands.push(arg)
      if (!spec.stopAtOperand) continue
      operands.push(...rest)
      break
    }
  }
  return {
    operands,
    has: (letter) => given.some((option) => option.letter === letter),
    value: (letter) => given.findLast((option) => option.letter === letter)?.value,
    order: given.map((option) => option.letter),
  }
}

type Given = { letter: string; value: string | undefined }[]

function readLong(arg: string, rest: string[], spec: OptionSpec, name: string, given: Given): void {
  const [, word = '', attached] = /^--([^=]*)(?:=(.*))?$/s.exec(arg) ?? []
  const names = Object.keys(spec.long ?? {})
  const plain = (long: string): string => long.replace(/=$/, '')
  const match =
    names.find((long) => plain(long) === word) ?? names.find((long) => long.startsWith(word))
  if (match === undefined) {
    throw new Complaint(`unrecognized option '${arg}'\n${hint(name)}`, usageCode(name))
  }
  const letter = spec.long?.[match] ?? ''
  if (!match.endsWith('=')) {
    given.push({ letter, value: attached })
    return
  }
  const value = attached ?? rest.shift()
  if (value === undefined) {
    throw new Complaint(`option '--${plain(match)}' requires an argument\n${hint(name)}`)
  }
  given.push({ letter, value })
}

function readShort(
  letters: string,
  rest: string[],
  spec: OptionSpec,
  name: string,
  given: Given,
): void {
  for (let index = 0; index < letters.length; index++) {
    const letter = letters.charAt(index)
    if (spec.values?.includes(letter)) {
      const attached = letters.slice(index + 1)
      const value = attached === '' ? rest.shift() : attached
      if (value === undefined) {
        throw new Complaint(`option requires an argument -- '${letter}'\n${hint(name)}`)
      }
      given.push({ letter, value })
      return
    }
    if (!spec.flags.includes(letter)) {
      throw new Complaint(`invalid option -- '${letter}'\n${hint(name)}`, usageCode(name))
    }
    given.push({ letter, value: undefined })
  }
}

export function hint(name: string): string {
  return `Try '${name} --help' for more information.`
}

function usageCode(name: string): number {
  if (name === 'ls') return 2
  return ['env', 'timeout', 'nohup', 'nice'].includes(name) ? 125 : 1
}
