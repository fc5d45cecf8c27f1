import { memory } from '../src/sandboxes/memory/memory.ts'
import { replaySuite } from './replay-suite.ts'

replaySuite(memory)
