export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** A command as far as completion goes. */
export interface CompletedCommand {
  readonly name: string
  readonly summary: string
  readonly flags: readonly { readonly name: string; readonly description: string }[]
  /** Words that its first argument may be. */
  readonly words: readonly string[]
}

/** A script that completes the names of commands, their first words and their flags, and files for the rest. */
export function completionScript(shell: Shell, commands: readonly CompletedCommand[]): string {
  switch (shell) {
    case 'bash':
      return bashScript(commands)
    case 'zsh':
      return zshScript(commands)
    case 'fish':
      return fishScript(commands)
    default:
      return shell satisfies never
  }
}

function bashScript(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(
    ({ name, flags, words }) =>
      `    ${name}) words='${words.join(' ')}' flags='${flags.map((flag) => flag.name).join(' ')}' ;;`,
  )
  return `# bash completion for offswitch
_offswitch() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words='' flags=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W '${commands.map(({ name }) => name).join(' ')} --help --version' -- "$current")
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$current")
  elif [ "$COMP_CWORD" -eq 2 ] && [ -n "$words" ]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}
complete -o filenames -F _offswitch offswitch
`
}

function zshScript(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name, summary }) => `    ${zshItem(name, summary)}`)
  const cases = commands.map(({ name, flags, words }) => {
    const items = flags.map((flag) => zshItem(flag.name, flag.description)).join(' ')
    const first = words.length === 0 ? '_files' : `_values argument ${words.join(' ')}`
    return `    ${name})
      if [[ $words[CURRENT] == -* ]]; then
        local -a flags=(${items})
        _describe flag flags
      elif (( CURRENT == 3 )); then
        ${first}
      else
        _files
      fi ;;`
  })
  return `#compdef offswitch
_offswitch() {
  local -a names=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command names
    return
  fi
  case $words[2] in
${cases.join('\n')}
  esac
}
# Works as a file in $fpath and when it is sourced.
if [[ $funcstack[1] == _offswitch ]]; then _offswitch "$@"; else compdef _offswitch offswitch; fi
`
}

function zshItem(name: string, description: string): string {
  return quoted(`${name}:${description.replaceAll(':', '\\:')}`)
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, summary, flags, words }) => [
    `complete -c offswitch -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
    ...words.map(
      (word) => `complete -c offswitch -n '__fish_seen_subcommand_from ${name}' -f -a ${word}`,
    ),
    ...flags.map(
      (flag) =>
        `complete -c offswitch -n '__fish_seen_subcommand_from ${name}' -l ${flag.name.slice(2)} -d ${quoted(flag.description)}`,
    ),
  ])
  return `# fish completion for offswitch\n${lines.join('\n')}\n`
}

/** In single quotes for all three shells; an apostrophe becomes a typographic one, which needs no quoting. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", '’')}'`
}
