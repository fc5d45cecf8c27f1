import { z } from 'zod'
import { argumentValue, type Protocol, type ServedMessage, type Spoken } from '../served-model.ts'

/** Google's `generateContent`, as Gemini and Vertex speak it. */
export const googleGenerate: Protocol = {
  id: 'google-generate',
  owns: (path) => path.endsWith(':generateContent'),
  read: (body, path) => {
    const { systemInstruction, contents } = Request.parse(body)
    const system = textOf(systemInstruction?.parts ?? [])
    const first: ServedMessage[] =
      system === '' ? [] : [{ role: 'system', text: system, calls: [] }]
    return {
      model: /\/models\/([^/]+):generateContent$/.exec(path)?.[1] ?? '',
      conversation: [...first, ...contents.flatMap(readContent)],
    }
  },
  write: answer,
  error: (status, message) => ({
    error: { code: status, message, status: ERRORS[status] ?? 'INTERNAL' },
  }),
  nothing: { candidates: [{ content: 1 }] },
}

const ERRORS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
}

const Part = z.object({
  text: z.string().optional(),
  thought: z.boolean().optional(),
  functionCall: z
    .object({
      id: z.string().optional(),
      name: z.string(),
      // Anything else is refused.
      args: z.record(z.string(), z.unknown()),
    })
    .optional(),
  functionResponse: z
    .object({
      id: z.string().optional(),
      name: z.string(),
      response: z.looseObject({ content: z.string() }),
    })
    .optional(),
})
type Part = z.infer<typeof Part>

const Content = z.object({ role: z.enum(['user', 'model']), parts: z.array(Part).min(1) })

const Request = z.object({
  systemInstruction: z.object({ parts: z.array(Part) }).optional(),
  contents: z.array(Content),
})

function readContent({ role, parts }: z.infer<typeof Content>): ServedMessage[] {
  const text = textOf(parts)
  if (role === 'model') {
    const calls = parts.flatMap(({ functionCall }) =>
      functionCall === undefined
        ? []
        : [
            {
              id: functionCall.id ?? '',
              tool: functionCall.name,
              args: JSON.stringify(functionCall.args),
            },
          ],
    )
    return [{ role: 'assistant', text, calls }]
  }
  const results = parts.flatMap(({ functionResponse }): ServedMessage[] =>
    functionResponse === undefined
      ? []
      : [{ role: 'tool', text: functionResponse.response.content, calls: [] }],
  )
  return text === '' ? results : [...results, { role, text, calls: [] }]
}

function textOf(parts: readonly Part[]): string {
  return parts.map(({ text, thought }) => (thought === true ? '' : (text ?? ''))).join('')
}

function answer({ turn, model, number, tokens }: Spoken): unknown {
  const usageMetadata = {
    promptTokenCount: tokens.input,
    cachedContentTokenCount: tokens.cached,
    candidatesTokenCount: tokens.output - tokens.reasoning,
    thoughtsTokenCount: tokens.reasoning,
    totalTokenCount: tokens.input + tokens.output,
  }
  if (turn.finish === 'content_filter' || turn.finish === 'refusal') {
    const promptFeedback = { blockReason: 'PROHIBITED_CONTENT' }
    return { modelVersion: model, responseId: `r-${number}`, promptFeedback, usageMetadata }
  }
  return {
    modelVersion: model,
    responseId: `r-${number}`,
    candidates: [
      {
        index: 0,
        content: { role: 'model', parts: partsOf(turn, number) },
        finishReason: turn.finish === 'length' ? 'MAX_TOKENS' : 'STOP',
      },
    ],
    usageMetadata,
  }
}

/** A signature stands on the first call, or on the text where there is none. */
function partsOf(turn: Spoken['turn'], number: number): unknown[] {
  const calls = turn.calls ?? []
  const isSigned = turn.reasoning !== undefined || turn.sealed !== undefined
  const signature = isSigned ? { thoughtSignature: turn.sealed ?? `signed-${number}` } : {}
  return [
    ...(turn.reasoning === undefined ? [] : [{ text: turn.reasoning, thought: true }]),
    ...(turn.text === undefined
      ? []
      : [{ text: turn.text, ...(calls.length === 0 ? signature : {}) }]),
    ...calls.map((call, index) => ({
      functionCall: {
        ...(call.id === undefined ? {} : { id: call.id }),
        name: call.tool,
        args: argumentValue(call.args),
      },
      ...(index === 0 ? signature : {}),
    })),
  ]
}
