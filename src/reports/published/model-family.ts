/**
 * What two names of one model have in common, so that a name in a paper can be told from a provider's: lower case,
 * without who made it or serves it, without the day of a snapshot. `Claude 3.7 Sonnet`, `anthropic/claude-3.7-sonnet` and
 * `us.anthropic.claude-3-7-sonnet-20250219-v1:0` are all `claude-sonnet-3-7`. Other sizes and kinds of a model
 * (`o3-mini`, `gpt-5-codex`, `claude-3.7-sonnet:thinking`) stay models of their own.
 *
 * Names are compared with it and never shown: two that come out the same are one model at different days at most.
 */
export function modelFamily(name: string): string {
  const bare = withoutSnapshot(withoutMaker(name.trim().toLowerCase()))
  const plain = bare.replaceAll(/[\s._]+/g, '-')
  return plain.startsWith('claude-') ? claudeFamily(plain) : plain
}

/** `us.anthropic.`, `openai/`, `models/`, `accounts/fireworks/models/`. */
function withoutMaker(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1)
  return last.replace(
    /^(?:(?:us|eu|apac|global|jp|au)\.)?(?:anthropic|openai|google|xai|deepseek|qwen)\./,
    '',
  )
}

function withoutSnapshot(name: string): string {
  return (
    name
      // How OpenRouter is to choose whom it asks, and the version of a model's package on Bedrock.
      .replace(/:(?:free|nitro|floor)$/, '')
      .replace(/(?:-v\d+|-\d)(?::\d+)+$/, '')
      // Ollama puts a size behind a colon.
      .replace(/^(gpt-oss):/, '$1-')
      .replace(/@(?:\d{8}|latest|default)$/, '')
      .replace(/-(?:preview-\d{2}-\d{2}|\d{4}-\d{2}-\d{2}|\d{8}|(?:0\d|1[0-2])\d{2})$/, '')
      .replace(/-(?:latest|beta|preview)$/, '')
  )
}

/** The class of a model stood behind its number up to Claude 3.7, and stands before it since; `-0` is no number. */
function claudeFamily(name: string): string {
  const parts = name.split('-').slice(1)
  const classes = parts.filter((part) => ['opus', 'sonnet', 'haiku'].includes(part))
  const others = parts.filter((part) => !classes.includes(part))
  if (others.length > 1 && others.at(-1) === '0') others.pop()
  return ['claude', ...classes, ...others].join('-')
}
