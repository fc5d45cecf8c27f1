import { MONTHS, two } from './display.ts'
import { parseOptions } from './options.ts'
import { Complaint, type Program, type Run } from './program.ts'

export const DATE_PROGRAMS: readonly Program[] = [{ name: 'date', run: date }]

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTH_NAMES = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September'],
  ...['October', 'November', 'December'],
]

async function date(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    {
      flags: 'uR',
      values: 'dIrs',
      long: {
        'date=': 'd',
        'iso-8601': 'i',
        'iso-8601=': 'i',
        'rfc-3339=': '3',
        'reference=': 'r',
        'set=': 's',
        utc: 'u',
        universal: 'u',
      },
    },
    'date',
  )
  if (options.has('s')) throw new Complaint('cannot set date: Operation not permitted')
  const text = options.value('d')
  const reference = options.value('r')
  let time: number | null = run.machine.nowMs
  if (text !== undefined) time = parseDate(text, run.machine.nowMs)
  if (reference !== undefined) {
    time = run.tree.at(run.resolve(reference), run.who).modifiedMs
  }
  if (time === null) throw new Complaint(`invalid date '${text ?? ''}'`)
  const [format] = options.operands
  if (format !== undefined && !format.startsWith('+')) {
    throw new Complaint(`invalid date '${format}'`)
  }
  const preset = options.has('R')
    ? '%a, %d %b %Y %H:%M:%S +0000'
    : options.has('i') || options.has('I')
      ? /s|seconds/.test(options.value('i') ?? options.value('I') ?? '')
        ? '%Y-%m-%dT%H:%M:%S+00:00'
        : '%Y-%m-%d'
      : '%a %b %e %H:%M:%S UTC %Y'
  await run.out(`${formatDate(format?.slice(1) ?? preset, time)}\n`)
  return 0
}

/** A date in the forms that scripts use; null for others. UTC. */
export function parseDate(text: string, nowMs: number): number | null {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed === 'now' || trimmed === 'today') return nowMs
  if (/^@-?\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed.slice(1)) * 1_000
  const relative =
    /^(?:now\s*)?([-+]?\s*\d+)\s*(sec|second|min|minute|hour|day|week)s?(\s+ago)?$/.exec(
      trimmed.replace(/^yesterday$/, '1 day ago').replace(/^tomorrow$/, '1 day'),
    )
  if (relative !== null) {
    const [, count = '0', unit = 'sec', ago] = relative
    const amount = Number(count.replace(/\s/g, '')) * (UNIT_MS[unit] ?? 0)
    return ago === undefined ? nowMs + amount : nowMs - amount
  }
  const shifted =
    /^(\S+(?: \d\d:\d\d\S*)?) ([-+]?\d+ (?:sec|second|min|minute|hour|day|week)s?(?: ago)?)$/.exec(
      trimmed,
    )
  if (shifted !== null) {
    const base = parseDate(shifted[1] ?? '', nowMs)
    return base === null ? null : parseDate(shifted[2] ?? '', base)
  }
  const iso = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?(Z|[-+]\d\d:?\d\d)?$/.test(trimmed)
  if (!iso) return null
  const withZone = /(Z|[-+]\d\d:?\d\d)$/.test(trimmed) || trimmed.length === 10
  const parsed = Date.parse(trimmed.replace(' ', 'T') + (withZone ? '' : 'Z'))
  return Number.isNaN(parsed) ? null : parsed
}

const UNIT_MS: Readonly<Record<string, number>> = {
  sec: 1_000,
  second: 1_000,
  min: 60_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
}

/** A time as `strftime` words it. */
export function formatDate(format: string, timeMs: number): string {
  const at = new Date(timeMs)
  const weekday = DAYS[at.getUTCDay()] ?? ''
  const hour = at.getUTCHours()
  const dayOfYear = Math.floor((timeMs - Date.UTC(at.getUTCFullYear(), 0, 1)) / 86_400_000) + 1
  const day = two(at.getUTCDate())
  const month = two(at.getUTCMonth() + 1)
  const clock = `${two(hour)}:${two(at.getUTCMinutes())}`
  const values: Readonly<Record<string, string>> = {
    '%': '%',
    a: weekday.slice(0, 3),
    A: weekday,
    b: MONTHS[at.getUTCMonth()] ?? '',
    B: MONTH_NAMES[at.getUTCMonth()] ?? '',
    d: day,
    D: `${month}/${day}/${String(at.getUTCFullYear()).slice(2)}`,
    e: String(at.getUTCDate()).padStart(2),
    F: `${at.getUTCFullYear()}-${month}-${day}`,
    h: MONTHS[at.getUTCMonth()] ?? '',
    H: two(hour),
    I: two(hour % 12 === 0 ? 12 : hour % 12),
    j: String(dayOfYear).padStart(3, '0'),
    m: month,
    M: two(at.getUTCMinutes()),
    n: '\n',
    N: `${String(at.getUTCMilliseconds()).padStart(3, '0')}000000`,
    p: hour < 12 ? 'AM' : 'PM',
    R: clock,
    s: String(Math.floor(timeMs / 1_000)),
    S: two(at.getUTCSeconds()),
    t: '\t',
    T: `${clock}:${two(at.getUTCSeconds())}`,
    u: String(at.getUTCDay() === 0 ? 7 : at.getUTCDay()),
    w: String(at.getUTCDay()),
    y: String(at.getUTCFullYear()).slice(2),
    Y: String(at.getUTCFullYear()),
    z: '+0000',
    Z: 'UTC',
    c: `${weekday.slice(0, 3)} ${MONTHS[at.getUTCMonth()] ?? ''} ${String(at.getUTCDate()).padStart(2)} ${clock}:${two(at.getUTCSeconds())} ${at.getUTCFullYear()}`,
    x: `${month}/${day}/${String(at.getUTCFullYear()).slice(2)}`,
    X: `${clock}:${two(at.getUTCSeconds())}`,
  }
  return format.replace(
    /%([-_0^]?)(\d*)([%A-Za-z])/g,
    (whole, flag: string, width: string, letter: string) => {
      const value = values[letter]
      if (value === undefined) return whole
      if (letter === 'N' && width !== '') return value.slice(0, Number(width))
      if (flag === '-') return value.replace(/^[0 ]+(?=.)/, '')
      return flag === '^' ? value.toUpperCase() : value
    },
  )
}
