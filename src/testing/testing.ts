// Written by `npm run generate`. Do not edit.
export * from './agent-contract.ts'
export * from './fake-clock.ts'
export * from './lab.ts'
export * from './model-policies.ts'
export * from './openai-server.ts'
export * from './sample-records.ts'
export * from './scenario-contract.ts'
export * from './store-contract.ts'
