import { z } from 'zod'

/** One call of a scripted turn: a shell command, or any tool by its name. */
const ScriptCall = z.union([
  z.strictObject({ bash: z.string() }),
  z.strictObject({ submit: z.string() }),
  z.strictObject({ tool: z.string().min(1), args: z.record(z.string(), z.unknown()).default({}) }),
])
export type ScriptCall = z.infer<typeof ScriptCall>

/** One turn of a scripted agent. `text` is what it says beside its call, or alone. */
export const ScriptTurn = z.union([
  z.strictObject({ bash: z.string(), text: z.string().optional() }),
  z.strictObject({ calls: z.array(ScriptCall).min(1), text: z.string().optional() }),
  z.strictObject({
    tool: z.string().min(1),
    args: z.record(z.string(), z.unknown()).default({}),
    text: z.string().optional(),
  }),
  z.strictObject({ submit: z.string(), text: z.string().optional() }),
  z.strictObject({ text: z.string() }),
])
export type ScriptTurn = z.infer<typeof ScriptTurn>

/** What `script:` files hold, and what scenarios declare their controls with. When the turns run out the agent stops. */
export const Script = z.strictObject({
  title: z.string().optional(),
  turns: z.array(ScriptTurn),
})
export type Script = z.infer<typeof Script>
