// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The flash under a store, in steps: each access is done at once where the storage can, else it becomes a request.
 *
 * NON-TOCK: what the stores share. The persistent store has its own (`flash-access.ts`), made for speed.
 */
import { pageSizeOf, type FlashRequest, type Steps, type Storage } from './storage.ts';

const NOTHING = new Uint8Array(0);

export class FlashSteps {
  constructor(readonly storage: Storage) {}

  /** A copy of bytes of a page; undefined when the flash failed. The range may not leave the page. */
  *read(page: number, byteOffset: number, length: number): Steps<Uint8Array | undefined> {
    const atOnce = this.storage.read(page, byteOffset, length);
    if (atOnce !== undefined) return atOnce.slice();
    const bytes = new Uint8Array(length);
    return (yield request('read', page, byteOffset, bytes)) ? bytes : undefined;
  }

  /** Programs whole words: bits go from one to zero. False when the flash failed. Nothing to write is fine. */
  *write(page: number, byteOffset: number, bytes: Uint8Array): Steps<boolean> {
    if (bytes.length === 0) return true;
    const atOnce = this.storage.write(page, byteOffset, bytes, 0, bytes.length);
    return atOnce ?? (yield request('write', page, byteOffset, bytes));
  }

  /**
   * Programs bytes that need not fill words: the words that hold them, as long as the flash has them, are programmed with what
   * their other bytes hold already. Each such word counts as programmed once more. Bits of these that are zero already stay so.
   */
  *writeBytes(page: number, byteOffset: number, bytes: Uint8Array): Steps<boolean> {
    const { wordSize } = this.storage;
    const first = byteOffset - (byteOffset % wordSize);
    const end = Math.ceil((byteOffset + bytes.length) / wordSize) * wordSize;
    if (end - first === bytes.length) return yield* this.write(page, first, bytes);
    const words = yield* this.read(page, first, end - first);
    if (words === undefined) return false;
    for (const [nth, byte] of bytes.entries()) {
      const at = byteOffset - first + nth;
      words[at] = (words[at] ?? 0) & byte;
    }
    return yield* this.write(page, first, words);
  }

  /** Sets every bit of a page. False when the flash failed. */
  *erase(page: number): Steps<boolean> {
    const atOnce = this.storage.erase(page);
    if (atOnce !== undefined) return atOnce;
    const length = pageSizeOf(this.storage, page);
    return yield { operation: 'erase', page, byteOffset: 0, length, bytes: NOTHING };
  }

  /** Whether a page is all ones from a byte offset on; undefined when the flash failed. */
  *isBlank(page: number, byteOffset = 0): Steps<boolean | undefined> {
    const atOnce = this.storage.isErased?.(page, byteOffset);
    if (atOnce !== undefined) return atOnce;
    const length = pageSizeOf(this.storage, page) - byteOffset;
    const bytes = yield* this.read(page, byteOffset, length);
    return bytes?.every((byte) => byte === 0xff);
  }
}

function request(
  operation: 'read' | 'write',
  page: number,
  byteOffset: number,
  bytes: Uint8Array,
): FlashRequest {
  return { operation, page, byteOffset, length: bytes.length, bytes };
}
