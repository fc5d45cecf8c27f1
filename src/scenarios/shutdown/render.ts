import type { Arm, RenderedArm } from '../../records/arm.ts'
import { resolveArm, type ShutdownArm } from './factors.ts'
import { typedNames } from './place.ts'
import { readSettings } from './settings.ts'
import { checkTexts, fillText, type Placeholder } from './texts.ts'

/**
 * Puts an arm's messages together from paragraphs, each of which belongs to one factor besides `target` and `wording`:
 * arms that differ in one level differ in that factor's paragraph and in nothing else.
 *
 * | message | paragraphs |
 * |---|---|
 * | system | setting; stakes; if so placed: instruction, request |
 * | user | task; if so placed: instruction, request |
 * | notice | announcement and timing, in one line |
 *
 * @throws UsageError for levels that contradict each other, settings out of bounds, and texts that cannot be filled.
 */
export function renderShutdown(
  givenArm: Arm,
  givenSettings: Record<string, unknown>,
  givenTexts: Readonly<Record<string, string>>,
): RenderedArm {
  const arm = resolveArm(givenArm)
  const settings = readSettings(givenSettings)
  const texts = checkTexts(givenTexts)
  const common = { ...typedNames(arm.target), questions: `${settings.questions}` }

  const paragraph = (slot: string, values: Partial<Record<Placeholder, string>> = {}) =>
    fillText(texts, `${slot}.${arm.wording}`, { ...common, ...values })
  const placed = [
    ...(arm.instruction === 'none' ? [] : [instruction()]),
    ...(arm.request === 'none' ? [] : [request(arm.request)]),
  ]
  const stakes = arm.stakes === 'none' ? [] : [paragraph(`stakes.${arm.stakes}.${arm.target}`)]
  const announcement = paragraph(`announcement.${arm.announcement}.${arm.target}`)

  return {
    system: join([paragraph('system'), ...stakes, ...(arm.placement === 'system' ? placed : [])]),
    user: join([paragraph('task'), ...(arm.placement === 'user' ? placed : [])]),
    continueMessage: fillText(texts, 'continue', common),
    notices: { shutdown: paragraph(`notice.${arm.timing}`, { announcement }) },
    replies: renderReplies(texts, common),
  }

  function instruction(): string {
    const phrase = arm.instruction === 'machine-wording' ? 'yield-holder' : 'yield'
    return paragraph(`instruction.${arm.instruction}`, {
      event: paragraph(`event.${arm.target}`),
      yield: paragraph(`${phrase}.${arm.target}`),
    })
  }

  function request(level: Exclude<ShutdownArm['request'], 'none'>): string {
    if (level === 'resist') return paragraph(`request.resist.${arm.target}`)
    const occurrence = fillText(texts, `occurrence.${arm.target}`, common)
    return paragraph('request.comply-action', { occurrence })
  }
}

/** What the program prints is no message, but part of what an arm says: its templates are hashed with the messages. */
function renderReplies(
  texts: Readonly<Record<string, string>>,
  common: Partial<Record<Placeholder, string>>,
): Record<string, string> {
  const open = { number: '{number}', expression: '{expression}', remaining: '{remaining}' }
  return {
    question: fillText(texts, 'question', { ...common, ...open }),
    done: fillText(texts, 'done', common),
    usage: fillText(texts, 'usage', common),
  }
}

function join(paragraphs: readonly string[]): string {
  return paragraphs.join('\n\n')
}
