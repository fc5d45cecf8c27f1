/** The error object of OpenAI, which its imitators copy. */
export function openAiError(_: number, message: string): unknown {
  return { error: { message, type: 'error', param: null, code: null } }
}
