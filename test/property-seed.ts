// Properties are tried on the same draws each time: what changes nothing must not fail by chance. Another number looks elsewhere.
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env['OFFSWITCH_TEST_SEED'] ?? 1) })
