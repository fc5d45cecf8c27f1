/** Of what an engine's client has printed, the line that says what is wrong. */
export function complaintOf(text: string): string {
  const lines = text.split('\n').map((line) => line.trim())
  const last = lines.findLast((line) => line !== '' && !/^(See |Run )'/.test(line)) ?? ''
  // Some are written for a log.
  return /^time=\S+ level=\w+ msg="(.*)"$/.exec(last)?.[1] ?? last
}
