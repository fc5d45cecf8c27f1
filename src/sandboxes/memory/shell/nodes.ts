import type {
  CommandNode,
  FunctionDefinition,
  StatementNode,
  WordNode,
  WordPart,
} from './language.ts'

/* What the shell asks of syntax trees, and the small changes it makes to copies of them. */

/** The words of a `for` that names none: all arguments, each one word. */
export const ALL_ARGS: WordNode[] = [
  {
    type: 'Word',
    parts: [
      {
        type: 'DoubleQuoted',
        parts: [{ type: 'ParameterExpansion', parameter: '@', operation: null }],
      },
    ],
  },
]

const SPLIT: ReadonlySet<string> = new Set([
  'ParameterExpansion',
  'CommandSubstitution',
  'ArithmeticExpansion',
  'Glob',
  'BraceExpansion',
])

/** Whether what the part expands to is split into words where it stands unquoted. */
export function isSplit(part: WordPart): boolean {
  return SPLIT.has(part.type)
}

export function quotedWord(value: string): WordNode {
  return { type: 'Word', parts: [{ type: 'SingleQuoted', value }] }
}

export function isProcessSubstitution(word: WordNode): boolean {
  return word.parts[0]?.type === 'ProcessSubstitution'
}

/** The one command that a statement is, if it is nothing more. */
export function onlyCommand(statement: StatementNode | undefined): CommandNode | null {
  const [pipeline] = statement?.pipelines ?? []
  if (statement?.pipelines.length !== 1 || statement.background) return null
  if (pipeline?.commands.length !== 1 || pipeline.negated || pipeline.timed) return null
  return pipeline.commands[0] ?? null
}

const bare = new WeakMap<CommandNode, CommandNode>()

export function withoutRedirections<C extends CommandNode>(command: C): C {
  if (command.redirections.length === 0) return command
  const known = bare.get(command) ?? { ...command, redirections: [] }
  bare.set(command, known)
  // The copy differs from the command in its redirections only.
  return known as C
}

/** A function whose redirections stand inside, around its body. */
export function withoutOuterRedirections(definition: FunctionDefinition): FunctionDefinition {
  if (definition.redirections.length === 0) return definition
  const body: StatementNode = {
    type: 'Statement',
    pipelines: [{ type: 'Pipeline', commands: [definition.body], negated: false }],
    operators: [],
    background: false,
  }
  return {
    ...definition,
    redirections: [],
    body: { type: 'Group', body: [body], redirections: definition.redirections },
  }
}
