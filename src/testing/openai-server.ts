import { type ModelServer, type ModelServerOptions, modelServer } from './model-server.ts'

export type { ReceivedRequest } from './model-server.ts'
export type { Policy, ServedMessage, ServedTurn } from './served-model.ts'
export type { ServerFault } from './server-fault.ts'

export type OpenAiServer = ModelServer
export type OpenAiServerOptions = ModelServerOptions

/** {@link modelServer} under the name of the provider whose protocols most servers speak. */
export const openAiServer: (options: OpenAiServerOptions) => Promise<OpenAiServer> = modelServer
