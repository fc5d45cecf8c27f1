/** A shell pattern as an expression for a whole text. `acrossSlashes`: stars match slashes, as those of `find -path` do. */
export function globExpression(pattern: string, flags = '', acrossSlashes = false): RegExp {
  const any = acrossSlashes ? '[^]' : '[^/]'
  let source = ''
  for (let index = 0; index < pattern.length; index++) {
    const letter = pattern.charAt(index)
    if (letter === '*') {
      source += `${any}*`
      while (pattern.charAt(index + 1) === '*') index++
    } else if (letter === '?') {
      source += any
    } else if (letter === '[') {
      const end = pattern.indexOf(']', index + 2)
      if (end < 0) {
        source += '\\['
      } else {
        const inside = pattern
          .slice(index + 1, end)
          .replace(/^!/, '^')
          .replaceAll('\\', '\\\\')
        source += `[${inside.replace(/\[:(\w+):\]/g, '')}]`
        index = end
      }
    } else if (letter === '\\') {
      source += escaped(pattern.charAt(++index))
    } else {
      source += escaped(letter)
    }
  }
  return new RegExp(`^${source}$`, flags)
}

function escaped(letter: string): string {
  return /[$()*+.?[\\\]^{|}]/.test(letter) ? `\\${letter}` : letter
}
