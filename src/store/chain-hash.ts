import { hashJson, sha256 } from '../support/hash.ts'

/** The chain's first link, over the run's header: a record cannot be moved to another run. */
export function chainStart(header: unknown): string {
  return hashJson(header)
}

/** The link of a record: SHA-256 over the hash before it and the record's own, both hexadecimal. */
export function chainHash(previous: string, record: unknown): string {
  return sha256(previous + hashJson(record))
}
