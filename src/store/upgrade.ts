import type { DatabaseSync } from 'node:sqlite'

/** "OFSW", in the SQLite header of every run file: tells it from any other database. */
export const APPLICATION_ID = 0x4f465357

/**
 * What brings a file from format n to format n + 1; a new file starts empty at 0. A step that has been released is
 * never edited: files made by it exist.
 *
 * `trials` is one narrow row a trial, so that counting 100,000 of them reads a few megabytes; what statistics need
 * beyond the counts is in `summaries`, and transcripts are apart from both. What the trials of a cell have in common
 * is stored once, in `cells` and `descriptions`, each row named by the hash of its content. `chain` holds, in the
 * order of storing, a hash over each record and the hash before it.
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
]

/** The format that this version writes, and the newest that it reads. Held in the file as `user_version`. */
export const FORMAT_VERSION = STEPS.length

/** Brings a file, or a new empty one, to {@link FORMAT_VERSION}. To be called in a transaction. */
export function upgrade(database: DatabaseSync, from: number): void {
  for (const [format, step] of STEPS.entries()) {
    if (format >= from) database.exec(`${step}; PRAGMA user_version = ${format + 1}`)
  }
}
