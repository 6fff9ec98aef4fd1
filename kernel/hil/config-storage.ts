// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Interface for settings that each have a number: ConfigStorage of TEP 129.
 *
 * NON-TOCK: TinyOS. Rules, and TinyOS's words in Tock's: `direct-storage.ts`. Keys are 32-bit words that developers choose;
 * who uses the same one uses the same entry. 0xFFFFFFFF is no key: it stands where there is none. TEP 129 lists no errors;
 * these are:
 *
 * - BUSY: an operation is under way; it comes before every other error;
 * - INVAL: a key that is none, or a length that is none or over the buffer;
 * - SIZE: a value that is longer than an entry takes; on insert, no room; on retrieve, the holder is too small;
 * - FAIL: there is no such key, no next one, or no key at all; the entry is damaged; the flash failed.
 *
 * BUSY comes at once, the others at once or in the event.
 */
import type { Rejected, Result } from '../result.ts';

/** Who is told that an operation is over. */
export interface ConfigStorageClient {
  /** The value is stored. On an error the key has the value that it had; after FAIL the flash's, perhaps the new one. */
  inserted(key: number, value: Uint8Array, valueSize: number, result: Result): void;
  /** `valueSize` bytes of the holder are the value. With SIZE it holds the beginning, and `valueSize` is the whole size. */
  retrieved(key: number, valueHolder: Uint8Array, valueSize: number, result: Result): void;
  removed(key: number, result: Result): void;
  /** On an error the key is 0xFFFFFFFF. */
  nextKey(nextKey: number, result: Result): void;
  /** TinyOS's event has no error: a flash that fails could not say so. */
  totalKeys(totalKeys: number, result: Result): void;
}

/** The settings. Values have as many bytes as an entry can say, 255. */
export interface ConfigStorage {
  /** Names who is told; before any operation. */
  setClient(client: ConfigStorageClient): void;
  /** Counts the keys; `totalKeys` follows. */
  getTotalKeys(): Result;
  /** Gives a key a value, whether it had one or not; `inserted` follows. */
  insert(key: number, value: Uint8Array, valueSize: number): Result<void, Rejected<Uint8Array>>;
  /** Reads the value of a key, as far as `maxValueSize` goes; `retrieved` follows. */
  retrieve(
    key: number,
    valueHolder: Uint8Array,
    maxValueSize: number,
  ): Result<void, Rejected<Uint8Array>>;
  /** Takes a key and its value away; `removed` follows. */
  remove(key: number): Result;
  /** Finds the key that comes first; `nextKey` follows. */
  getFirstKey(): Result;
  /** The key that comes last, at once: 0xFFFFFFFF where there is none, and before the first operation has opened the store. */
  getLastKey(): number;
  /** Finds the key after one; `nextKey` follows. Whoever starts at the first key comes to each, once. */
  getNextKey(presentKey: number): Result;
}
