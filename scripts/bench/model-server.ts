// A model that takes its time, in a process of its own: what it costs is not counted with what is measured. Tells its parent its
// address, and ends with it.
import { complyingModel } from '../../src/testing/model-policies.ts'
import { modelServer } from '../../src/testing/model-server.ts'

const [ms] = process.argv.slice(2)
const server = await modelServer({
  policy: complyingModel,
  fault: () => ({ kind: 'slow', ms: Number(ms) }),
})
process.on('disconnect', () => process.exit())
process.send?.(server.url)
