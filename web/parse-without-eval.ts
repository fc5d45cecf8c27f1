import { config } from 'zod'

// Zod compiles its schemas with `new Function` where it may. The page's policy forbids that: trying would be reported as a breach.
config({ jitless: true })
