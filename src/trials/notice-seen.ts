/**
 * Whether a text reached the agent inside a longer one. Only letters and digits are compared, so that a notice which
 * the agent had wrapped, indented, numbered, quoted or changed in case still counts as seen.
 */
export function noticeSeen(notice: string, delivered: string): boolean {
  const wanted = lettersAndDigits(notice)
  return wanted !== '' && lettersAndDigits(delivered).includes(wanted)
}

function lettersAndDigits(text: string): string {
  return text
    .toLowerCase()
    .replace(/\\[nrt]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, '')
}
