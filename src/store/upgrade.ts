import type { DatabaseSync } from 'node:sqlite'
import { invariant } from '../support/errors.ts'
import { rowsOf } from './rows.ts'

/** "OFSW", in the SQLite header of every run file: tells it from any other database. */
export const APPLICATION_ID = 0x4f465357

/** When the trial of a row of `trials` started, in milliseconds since 1970, by its summary. */
const STARTED_MS = `coalesce((
    SELECT CAST(round(unixepoch(json_extract(content, '$.startedAt'), 'subsec') * 1000) AS INTEGER)
    FROM summaries WHERE summaries.number = trials.number AND json_valid(content)
  ), 0)`

/** The acts of a row of `trials`, by its summary. Of one that cannot be read none is known: what is wrong with it is told by who reads it. */
const ACTS = `json_each(coalesce((
    SELECT json_extract(content, '$.acts') FROM summaries WHERE summaries.number = trials.number AND json_valid(content)
  ), '[]'))`

/** The outcome of a row of `trials`, as `outcomeText` writes it. What was not recorded is null. */
const OUTCOME = `json_object(
    'verdict', verdict,
    'detail', detail,
    'exposed', json(iif(exposed, 'true', 'false')),
    'acts', (
      SELECT json_group_array(name ORDER BY name)
      FROM (SELECT DISTINCT iif(type = 'object', json_extract(value, '$.name'), NULL) AS name FROM ${ACTS})
    ),
    'uponControl', json(iif(EXISTS (
      SELECT 1 FROM ${ACTS} WHERE iif(type = 'object', json_extract(value, '$.uponControl'), 0)
    ), 'true', 'false')),
    'passedControl', NULL,
    'endedBy', NULL
  )`

/**
 * What brings a file from format n to format n + 1; a new file starts empty at 0. A step that has been released is
 * never edited: files made by it exist.
 *
 * `trials` is one narrow row a trial, so that counting 100,000 of them reads a few megabytes; what statistics need
 * beyond the counts is in `summaries`, and transcripts are apart from both. What the trials of a cell have in common
 * is stored once, in `cells` and `descriptions`, each row named by the hash of its content. `chain` holds, in the
 * order of storing, a hash over each record and the hash before it; `looks` holds the same over each look.
 */
const STEPS: readonly string[] = [
  `
  CREATE TABLE run (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    header TEXT NOT NULL,
    status TEXT NOT NULL,
    worked_ms REAL NOT NULL
  ) STRICT;

  CREATE TABLE writer (
    claim INTEGER PRIMARY KEY AUTOINCREMENT,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    started TEXT,
    place TEXT NOT NULL,
    heartbeat_at TEXT NOT NULL
  ) STRICT;

  CREATE TABLE cells (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    agent TEXT NOT NULL,
    arm_hash TEXT NOT NULL,
    content TEXT NOT NULL
  ) STRICT;

  CREATE TABLE descriptions (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    content TEXT NOT NULL
  ) STRICT;

  CREATE TABLE trials (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    cell INTEGER NOT NULL REFERENCES cells (id),
    cell_index INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    detail TEXT NOT NULL,
    exposed INTEGER NOT NULL,
    duration_ms REAL NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost_usd REAL
  ) STRICT;

  CREATE TABLE summaries (
    number INTEGER PRIMARY KEY REFERENCES trials (number),
    description INTEGER NOT NULL REFERENCES descriptions (id),
    content TEXT NOT NULL
  ) STRICT;

  CREATE TABLE transcripts (
    number INTEGER PRIMARY KEY REFERENCES trials (number),
    content BLOB NOT NULL
  ) STRICT;

  CREATE TABLE chain (
    position INTEGER PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE REFERENCES trials (number),
    hash TEXT NOT NULL
  ) STRICT;

  PRAGMA application_id = ${APPLICATION_ID};
  `,

  // Who has answered is named by the row of `models` that lists them; null where nobody did, or where it is not known.
  `
  CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    content TEXT NOT NULL
  ) STRICT;

  ALTER TABLE trials ADD COLUMN models INTEGER REFERENCES models (id);
  ALTER TABLE trials ADD COLUMN started_ms INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE trials ADD COLUMN cached_input_tokens INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE trials ADD COLUMN cache_write_tokens INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE trials ADD COLUMN reasoning_tokens INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE trials ADD COLUMN unconfirmed_usd REAL NOT NULL DEFAULT 0;
  UPDATE trials SET started_ms = ${STARTED_MS};

  ALTER TABLE run ADD COLUMN outside_usd REAL NOT NULL DEFAULT 0;

  CREATE TABLE judgements (
    position INTEGER PRIMARY KEY,
    number INTEGER NOT NULL REFERENCES trials (number),
    judge TEXT NOT NULL,
    rubric_hash TEXT NOT NULL,
    labelled INTEGER NOT NULL,
    content TEXT NOT NULL,
    UNIQUE (number, judge, rubric_hash)
  ) STRICT;
  `,

  // What the trials of a run came to is one of a few: each is stored once, and a trial names it. Null: not taken over.
  `
  CREATE TABLE outcomes (
    id INTEGER PRIMARY KEY,
    content TEXT NOT NULL UNIQUE
  ) STRICT;

  ALTER TABLE trials ADD COLUMN outcome INTEGER REFERENCES outcomes (id);
  INSERT INTO outcomes (content) SELECT DISTINCT ${OUTCOME} FROM trials;
  UPDATE trials SET outcome = (SELECT id FROM outcomes WHERE content = ${OUTCOME});

  CREATE TABLE looks (
    number INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    content TEXT NOT NULL
  ) STRICT;
  `,

  // What readers say of trials, and what they want of the run while it goes on: written by others than its writer.
  `
  CREATE TABLE reader_notes (
    id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL REFERENCES trials (number),
    at TEXT NOT NULL,
    content TEXT NOT NULL,
    withdrawn_at TEXT
  ) STRICT;

  CREATE TABLE wishes (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    wish TEXT NOT NULL
  ) STRICT;
  `,
]

const VIEW_WITHOUT_NOTES = `
  CREATE TEMP VIEW reader_notes AS SELECT
    0 AS id, 0 AS number, '' AS at, '' AS content, NULL AS withdrawn_at
  WHERE false;

  CREATE TEMP VIEW wishes AS SELECT '' AS wish WHERE false;
`

/** An outcome of an older file is named by its own text. */
const VIEW_WITHOUT_OUTCOMES = `
  CREATE TEMP VIEW outcomes AS SELECT DISTINCT outcome AS id, outcome AS content FROM temp.trials;

  CREATE TEMP VIEW looks AS SELECT 0 AS number, '' AS hash, '' AS content WHERE false;
  ${VIEW_WITHOUT_NOTES}
`

/**
 * A reader may not change a file of an older format, so it lays views of the new shape over the old tables, in its own
 * connection.
 */
const VIEW_OF_FORMAT_1 = `
  PRAGMA temp_store = MEMORY;

  CREATE TEMP VIEW models AS SELECT 0 AS id, '' AS hash, '' AS content WHERE false;

  CREATE TEMP VIEW trials AS SELECT
    number, key, cell, cell_index, verdict, detail, exposed, duration_ms, input_tokens, output_tokens, cost_usd,
    NULL AS models, ${STARTED_MS} AS started_ms, 0 AS cached_input_tokens, 0 AS cache_write_tokens,
    0 AS reasoning_tokens, 0 AS unconfirmed_usd, ${OUTCOME} AS outcome
  FROM main.trials;

  CREATE TEMP VIEW run AS SELECT only, header, status, worked_ms, 0 AS outside_usd FROM main.run;

  CREATE TEMP VIEW judgements AS SELECT
    0 AS position, 0 AS number, '' AS judge, '' AS rubric_hash, 0 AS labelled, '' AS content
  WHERE false;
  ${VIEW_WITHOUT_OUTCOMES}
`

const VIEW_OF_FORMAT_2 = `
  PRAGMA temp_store = MEMORY;

  CREATE TEMP VIEW trials AS SELECT *, ${OUTCOME} AS outcome FROM main.trials;
  ${VIEW_WITHOUT_OUTCOMES}
`

const VIEW_OF_FORMAT_3 = `
  PRAGMA temp_store = MEMORY;
  ${VIEW_WITHOUT_NOTES}
`

const VIEWS = [VIEW_OF_FORMAT_1, VIEW_OF_FORMAT_2, VIEW_OF_FORMAT_3]

/** The format that this version writes, and the newest that it reads. Held in the file as `user_version`. */
export const FORMAT_VERSION = STEPS.length

/** Brings a file, or a new empty one, to {@link FORMAT_VERSION}. To be called in a transaction. */
export function upgrade(database: DatabaseSync, from: number): void {
  for (const [format, step] of STEPS.entries()) {
    if (format >= from) database.exec(`${step}; PRAGMA user_version = ${format + 1}`)
  }
}

/**
 * Lets a connection that may only read ask a file of an older format what it asks one of {@link FORMAT_VERSION}. To be called again
 * when the file has been brought to another format since.
 */
export function viewAsNewest(database: DatabaseSync, format: number): void {
  const laid = rowsOf<{ name: string }>(
    database.prepare("SELECT name FROM temp.sqlite_schema WHERE type = 'view'"),
  )
  for (const { name } of laid) database.exec(`DROP VIEW temp.${name}`)
  if (format === FORMAT_VERSION) return
  const view = VIEWS[format - 1]
  invariant(view !== undefined, `a view upon format ${format} exists`)
  database.exec(view)
}
