// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A whole storage as one row of bytes: any range can be read, written or erased, page borders or not.
 *
 * NON-TOCK: the linear view of OpenSK's `libraries/persistent_store`.
 *
 * NOT SAFE AGAINST POWER LOSS: where words are not erased, their page is erased and written anew from RAM, and a cut
 * in between loses the whole page. Nothing of a store that is open on the same pages is kept either.
 *
 * The crate also programs words that are written already, as long as the bytes asked for are erased, and restores a
 * page in up to three parts: a word may then be programmed three times. Here a word is programmed only when it
 * is erased, once; all else erases the page.
 */
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import type { Steps, Storage } from '../store/storage.ts';
import type { StoreError } from './store.ts';

/** Why an access failed: the range does not lie in the storage, or the flash failed and the page is in any state. */
export type LinearError = Extract<StoreError, 'InvalidArgument' | 'StorageError'>;

const ERASED_BYTE = 0xff;
const NOTHING = new Uint8Array(0);

export class Linear {
  constructor(private readonly storage: Storage) {}

  /** Bytes of the storage. */
  get length(): number {
    return this.storage.pageSize * this.storage.numPages;
  }

  /** A fresh copy of bytes. InvalidArgument: not within the storage. StorageError: the flash failed. */
  *read(offset: number, length: number): Steps<Result<Uint8Array, LinearError>> {
    if (!this.has(offset, length)) return Err('InvalidArgument');
    const bytes = new Uint8Array(length);
    for (const part of this.parts(offset, length)) {
      const page = yield* this.readPage(part.page);
      if (page === undefined) return Err('StorageError');
      bytes.set(page.subarray(part.from, part.to), part.done);
    }
    return Ok(bytes);
  }

  /**
   * Writes bytes over whatever is there; they must not change until the operation ends. InvalidArgument: not within
   * the storage, nothing changed. StorageError: the flash failed; earlier pages are written.
   */
  *write(offset: number, bytes: Uint8Array): Steps<Result<void, LinearError>> {
    if (!this.has(offset, bytes.length)) return Err('InvalidArgument');
    for (const { page, from, to, done } of this.parts(offset, bytes.length)) {
      const changed = yield* this.change(page, (target) => {
        target.set(bytes.subarray(done, done + to - from), from);
      });
      if (!changed) return Err('StorageError');
    }
    return Ok();
  }

  /** Sets bytes to 0xff and keeps all others. Errors as for write. */
  *erase(offset: number, length: number): Steps<Result<void, LinearError>> {
    if (!this.has(offset, length)) return Err('InvalidArgument');
    for (const { page, from, to } of this.parts(offset, length)) {
      const changed = yield* this.change(page, (target) => {
        target.fill(ERASED_BYTE, from, to);
      });
      if (!changed) return Err('StorageError');
    }
    return Ok();
  }

  private has(offset: number, length: number): boolean {
    const isCount = (n: number): boolean => Number.isInteger(n) && n >= 0;
    return isCount(offset) && isCount(length) && offset + length <= this.length;
  }

  /** The range page by page: bytes `from` up to `to` of a page, after `done` bytes of the range. */
  private *parts(
    offset: number,
    length: number,
  ): Generator<{ page: number; from: number; to: number; done: number }, void> {
    const { pageSize } = this.storage;
    for (let done = 0; done < length;) {
      const page = Math.floor((offset + done) / pageSize);
      const from = (offset + done) % pageSize;
      const to = Math.min(pageSize, from + length - done);
      yield { page, from, to, done };
      done += to - from;
    }
  }

  /** Brings a page to a new content; false when the flash failed. */
  private *change(page: number, edit: (target: Uint8Array) => void): Steps<boolean> {
    const old = yield* this.readPage(page);
    if (old === undefined) return false;
    const target = old.slice();
    edit(target);
    const span = this.wordsBetween(target, (at) => target[at] !== old[at]);
    if (span === undefined) return true;
    if (old.subarray(span.from, span.to).every((byte) => byte === ERASED_BYTE)) {
      return yield* this.program(page, span.from, target.slice(span.from, span.to));
    }
    if (!(yield* this.erasePage(page))) return false;
    const rest = this.wordsBetween(target, (at) => target[at] !== ERASED_BYTE);
    if (rest === undefined) return true;
    return yield* this.program(page, rest.from, target.slice(rest.from, rest.to));
  }

  /** From the first word with a chosen byte to the end of the last one, in bytes; undefined when none is chosen. */
  private wordsBetween(
    bytes: Uint8Array,
    isChosen: (at: number) => boolean,
  ): { from: number; to: number } | undefined {
    const { wordSize } = this.storage;
    let first = 0;
    while (first < bytes.length && !isChosen(first)) first += 1;
    if (first === bytes.length) return undefined;
    let last = bytes.length - 1;
    while (!isChosen(last)) last -= 1;
    return { from: first - (first % wordSize), to: last - (last % wordSize) + wordSize };
  }

  private *readPage(page: number): Steps<Uint8Array | undefined> {
    const { pageSize } = this.storage;
    const data = this.storage.read(page, 0, pageSize);
    if (data !== undefined) return data;
    const bytes = new Uint8Array(pageSize);
    const done = yield { operation: 'read', page, byteOffset: 0, length: pageSize, bytes };
    return done ? bytes : undefined;
  }

  private *program(page: number, byteOffset: number, bytes: Uint8Array): Steps<boolean> {
    const { length } = bytes;
    return (
      this.storage.write(page, byteOffset, bytes, 0, length) ??
      (yield { operation: 'write', page, byteOffset, length, bytes })
    );
  }

  private *erasePage(page: number): Steps<boolean> {
    const length = this.storage.pageSize;
    return (
      this.storage.erase(page) ??
      (yield { operation: 'erase', page, byteOffset: 0, length, bytes: NOTHING })
    );
  }
}
