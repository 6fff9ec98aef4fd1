// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Which memory an app has lent: no byte twice at a time.
 *
 * NON-TOCK: after libtock-rs's `unittest/src/allow_db.rs`. The kernel itself lets buffers overlap; a
 * program in which they do has almost always lent one and forgotten it.
 */
import { Err, Ok, type Result } from '#kernel/result';

/** A buffer that is lent. */
export interface LentBuffer {
  readonly address: number;
  /** Bytes; a buffer of none overlaps nothing. */
  readonly length: number;
}

export class AllowDb {
  private readonly lent = new Set<LentBuffer>();

  /** Enters a buffer, or gives the one that it overlaps. */
  insert(buffer: LentBuffer): Result<void, LentBuffer> {
    for (const other of this.lent) if (overlap(buffer, other)) return Err(other);
    this.lent.add(buffer);
    return Ok();
  }

  /** Forgets a buffer, by identity: its bytes may be lent again. */
  remove(buffer: LentBuffer): void {
    this.lent.delete(buffer);
  }
}

function overlap(one: LentBuffer, other: LentBuffer): boolean {
  if (one.length === 0 || other.length === 0) return false;
  return one.address < other.address + other.length && other.address < one.address + one.length;
}
