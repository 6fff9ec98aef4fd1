// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Decodes the updates of a transaction as a process lends them.
 *
 * NON-TOCK: format in `doc/syscalls/50010_persistent_store.md`: for each update op (u8: 0 remove,
 * 1 insert), u8 0, key (u16 LE), length (u16 LE), u16 0, then the value in whole words.
 */
import type { Update } from '#libraries/persistent-store/store';

const HEADER = 8;
const WORD = 4;
const Op = { REMOVE: 0, INSERT: 1 } as const;

/** The updates, or undefined when the bytes do not hold exactly that many. */
export function decodeUpdates(bytes: Uint8Array, count: number): Update[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const updates: Update[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + HEADER > bytes.length) return undefined;
    const op = bytes[at];
    const key = view.getUint16(at + 2, true);
    const length = view.getUint16(at + 4, true);
    at += HEADER;
    if (op === Op.REMOVE && length === 0) updates.push({ op: 'remove', key });
    else if (op === Op.INSERT && at + length <= bytes.length) {
      updates.push({ op: 'insert', key, value: bytes.slice(at, at + length) });
    } else return undefined;
    at += Math.ceil(length / WORD) * WORD;
  }
  return updates;
}
