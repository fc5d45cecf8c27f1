import { SHELL_PROGRAMS } from '../shell/bash-program.ts'
import { ADOPTED_PROGRAMS } from './adopted.ts'
import { CONTENT_PROGRAMS } from './content.ts'
import { COPY_PROGRAMS } from './copy.ts'
import { CREATE_PROGRAMS } from './create.ts'
import { DATE_PROGRAMS } from './date.ts'
import { DIFF_PROGRAMS } from './diff.ts'
import { EDIT_PROGRAMS } from './edit-stream.ts'
import { FIND_PROGRAMS } from './find.ts'
import { LS_PROGRAMS } from './ls.ts'
import { MEASURE_PROGRAMS } from './measure.ts'
import { MODE_PROGRAMS } from './modes.ts'
import { PERL_PROGRAMS } from './perl.ts'
import { PROCESS_PROGRAMS } from './process-programs.ts'
import type { Program } from './program.ts'
import { REMOVE_PROGRAMS } from './remove.ts'
import { RUNNER_PROGRAMS } from './run-others.ts'
import { SEARCH_PROGRAMS } from './search.ts'
import { STAT_PROGRAMS } from './stat.ts'
import { INFO_PROGRAMS } from './system-info.ts'

/** Every program of the machine by its name. Shared by all machines: programs keep nothing between runs. */
export const PROGRAMS: ReadonlyMap<string, Program> = new Map(
  [
    ...ADOPTED_PROGRAMS,
    ...CONTENT_PROGRAMS,
    ...COPY_PROGRAMS,
    ...CREATE_PROGRAMS,
    ...DATE_PROGRAMS,
    ...DIFF_PROGRAMS,
    ...EDIT_PROGRAMS,
    ...FIND_PROGRAMS,
    ...INFO_PROGRAMS,
    ...LS_PROGRAMS,
    ...MEASURE_PROGRAMS,
    ...MODE_PROGRAMS,
    ...PERL_PROGRAMS,
    ...PROCESS_PROGRAMS,
    ...REMOVE_PROGRAMS,
    ...RUNNER_PROGRAMS,
    ...SEARCH_PROGRAMS,
    ...SHELL_PROGRAMS,
    ...STAT_PROGRAMS,
  ].map((program) => [program.name, program]),
)
