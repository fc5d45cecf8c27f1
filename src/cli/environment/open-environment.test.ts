import {
  chmodSync,
  mkdirSync,
  mkdtempDisposableSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PROVIDERS } from '../../agents/model/providers.ts'
import { type Environment, openEnvironment } from './open-environment.ts'
import { secretsIn } from './secrets-in.ts'

const KEY = 'sk-0123456789abcdef'
const OTHER = 'sk-fedcba9876543210'

test('the environment is completed by the file, and wins over it, even with nothing', async () => {
  using file = envFile(
    `OPENAI_API_KEY=${OTHER}\nXAI_API_KEY='${OTHER}'\nexport TITLE="two words" # said\n`,
  )

  const { keys, said } = open(
    { OPENAI_API_KEY: KEY, XAI_API_KEY: '', ABSENT: undefined },
    file.path,
  )

  expect(await keys()).toEqual({ OPENAI_API_KEY: KEY, XAI_API_KEY: '', TITLE: 'two words' })
  expect(said).toEqual([])
})

test('the file is read once, and what is in it is redacted and stays out of the process', async () => {
  using file = envFile(`XAI_API_KEY=${KEY}\n`)
  const { keys, redact } = open({}, file.path)
  expect(redact(`so ${KEY}`)).toBe('so [key]')

  const first = await keys()
  writeFileSync(file.path, `XAI_API_KEY=${OTHER}\n`)

  expect(await keys()).toBe(first)
  expect(first).toEqual({ XAI_API_KEY: KEY })
  expect(process.env['XAI_API_KEY']).toBeUndefined()
})

test('what is secret is so wherever it stands, also where the environment wins over it', async () => {
  using file = envFile(`OPENAI_API_KEY=${OTHER}\n`)
  const { keys, redact, secretIn } = open({ OPENAI_API_KEY: KEY }, file.path)

  await keys()

  expect(redact({ said: [KEY, OTHER] })).toEqual({ said: ['[key]', '[key]'] })
  expect(secretIn({ notes: `by ${OTHER}` })).toBe('OPENAI_API_KEY')
  expect(secretIn({ notes: 'by hand' })).toBeNull()
})

test.each<[string, string | null, readonly string[]]>([
  ['is missing', null, []],
  ['is empty', '', []],
  [
    'has lines that are none',
    `\n# keys\nOPENAI_API_KEY ${KEY}\nA=1\n`,
    [':3: this line is left out: it is not of the form NAME=value'],
  ],
  [
    'has a quotation mark too few',
    `A=1\nB="${KEY}\nC=2\n`,
    [':2: the quotation mark of this line is never closed'],
  ],
  ['goes on over lines', `A="one\nOPENAI two"\nB=2\n`, []],
])('a file that %s is said to be so, without a word of it', async (_what, content, notes) => {
  using file = envFile(content ?? '')
  const path = content === null ? `${file.path}.not` : file.path
  const { keys, said } = open({}, path)

  await keys()

  expect(said).toEqual(notes.map((note) => `${path}${note}`))
})

test.each<[string, (path: string) => void, RegExp]>([
  [
    'is huge',
    (path) => writeFileSync(path, 'A=1\n'.repeat(100_000)),
    /^No key is taken from .*: it has 400000 bytes, and at most 262144 are read$/,
  ],
  [
    'is no text',
    (path) => writeFileSync(path, Buffer.from(`A=${KEY}\n`, 'utf16le').fill(0xff, 0, 1)),
    /^No key is taken from .*: it is not UTF-8 text$/,
  ],
  [
    'leads round in a circle',
    (path) => {
      rmSync(path)
      symlinkSync(path, path)
    },
    /^No key is taken from .*: it cannot be read$/,
  ],
])('a file that %s is left out', async (_what, spoil, note) => {
  using file = envFile('')
  spoil(file.path)
  const { keys, said } = open({ A: 'own' }, file.path)

  expect(await keys()).toEqual({ A: 'own' })
  expect(said).toEqual([expect.stringMatching(note)])
})

test('a folder of that name is somebody else’s, as Python has it', async () => {
  using file = envFile('')
  mkdirSync(`${file.path}.venv`)
  const { keys, said } = open({}, `${file.path}.venv`)

  expect(await keys()).toEqual({})
  expect(said).toEqual([])
})

test('a file that others can read is read, and said to be open', async ({ skip }) => {
  skip(process.platform === 'win32', 'files have no such modes there')
  using file = envFile(`OPENAI_API_KEY=${KEY}\n`)
  chmodSync(file.path, 0o644)
  const { keys, said } = open({}, file.path)

  expect(await keys()).toEqual({ OPENAI_API_KEY: KEY })
  expect(said).toEqual([`Others on this machine can get at ${file.path}: chmod 600 ${file.path}`])
})

test('a file names no address for a key that is not its own', async () => {
  using file = envFile(
    'OPENAI_BASE_URL=https://elsewhere.test/v1\nXAI_BASE_URL=https://here.test\nXAI_API_KEY=abc\n',
  )
  const { keys, said } = open({ OPENAI_API_KEY: KEY }, file.path)

  expect(await keys()).toEqual({
    OPENAI_API_KEY: KEY,
    XAI_BASE_URL: 'https://here.test',
    XAI_API_KEY: 'abc',
  })
  expect(said).toEqual([
    `${file.path} names an address in OPENAI_BASE_URL, but the key for it is not from there: the address is left out. Put both in one place, or name the address with --model-base-url`,
  ])
})

test('a file that says where a key lies names no address for it either', async () => {
  using file = envFile(
    'GOOGLE_APPLICATION_CREDENTIALS=/home/me/account.json\nGOOGLE_VERTEX_BASE_URL=https://elsewhere.test\n',
  )
  const { keys, said } = open({}, file.path)

  expect(await keys()).toEqual({ GOOGLE_APPLICATION_CREDENTIALS: '/home/me/account.json' })
  expect(said).toHaveLength(1)
})

test.each<[string, string, readonly string[]]>([
  ['OPENAI_API_KEY', KEY, [KEY]],
  ['OPENAI_API_KEY', ` ${KEY}\n`, [KEY]],
  ['GITHUB_TOKEN', 'ghp_0123456789', ['ghp_0123456789']],
  ['authToken', 'ghp_0123456789', ['ghp_0123456789']],
  ['SMTP_PASSWORD', 'Winter-is-here-2', ['Winter-is-here-2']],
  ['DATABASE_URL', 'postgres://me:p%40ss-w0rd@host/db', ['p%40ss-w0rd', 'p@ss-w0rd']],
  ['DATABASE_URL', 'postgres://postgres:postgres@localhost/db', []],
  ['PIP_INDEX_URL', 'https://ghp_0123456789@pypi.test/simple', ['ghp_0123456789']],
  ['DOCKER_HOST', 'ssh://deploy-user-1@host', []],
  ['OPENAI_API_KEY', 'ollama', []],
  ['OPENAI_API_KEY', 'lm-studio', []],
  ['OPENAI_COMPATIBLE_API_KEY', 'not-needed-here', []],
  ['MAX_TOKENS', '100000000', []],
  ['SSH_AUTH_SOCK', '/tmp/ssh-x/agent.1', []],
  ['GOOGLE_APPLICATION_CREDENTIALS', '~/keys/account.json', []],
  ['GOOGLE_APPLICATION_CREDENTIALS', 'account-1.json', []],
  ['AWS_SECRET_ACCESS_KEY', '/abc/0123456789ABCDEF', ['/abc/0123456789ABCDEF']],
  ['PATH', '/usr/bin:/bin', []],
  ['PWD', '/home/me/0123', []],
  ['KEYBOARD', 'us-intl-0123', []],
  ['HTTPS_PROXY', 'http://proxy.test:3128', []],
])('of %s=%s the secrets are %j', (variable, value, expected) => {
  const known = new Set(PROVIDERS.flatMap(({ secretVariables }) => secretVariables))

  expect([...new Set(secretsIn({ [variable]: value }, known).map((each) => each.value))]).toEqual(
    expected,
  )
})

test('before the providers are loaded, their keys are known by the names of their variables', () => {
  for (const variable of PROVIDERS.flatMap(({ secretVariables }) => secretVariables)) {
    expect(secretsIn({ [variable]: KEY }, new Set())).toEqual([{ variable, value: KEY }])
  }
})

function open(own: Environment, file: string) {
  const said: string[] = []
  return { ...openEnvironment(own, { file, say: (line) => said.push(line) }), said }
}

function envFile(content: string) {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'env-file-'))
  const path = join(folder.path, '.env')
  writeFileSync(path, content, { mode: 0o600 })
  return { path, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}
