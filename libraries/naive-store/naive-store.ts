// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A map in flash as one writes it on the first afternoon. It loses data when it loses power: README.md says where.
 *
 * NON-TOCK: an example of failure for the crash laboratory.
 */
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import { FlashSteps } from '../store/flash-steps.ts';
import type { Steps, Storage } from '../store/storage.ts';
import {
  BLANK,
  MAX_KEY,
  REMOVED,
  WORD_SIZE,
  buildHeader,
  entryWords,
  headerKey,
  headerLength,
  maxValueLength,
  totalCapacity,
} from './format.ts';

/** Why an operation failed. */
export type NaiveError = 'InvalidArgument' | 'NoCapacity' | 'StorageError' | 'InvalidStorage';

/** Where a value stands. */
interface Place {
  readonly page: number;
  readonly byteOffset: number;
  readonly length: number;
}

const DONE: Result<void, NaiveError> = Ok();
const NOTHING = new Uint8Array(0);

export class NaiveStore {
  private readonly flash: FlashSteps;
  private readonly places = new Map<number, Place>();
  /** Where the next entry goes. */
  private page = 0;
  private byteOffset = 0;

  /** A store that is not open yet. */
  constructor(private readonly storage: Storage) {
    this.flash = new FlashSteps(storage);
  }

  /** Finds all entries; the newest of a key counts. InvalidStorage: one is longer than its page. */
  *boot(): Steps<Result<void, NaiveError>> {
    this.places.clear();
    this.page = 0;
    this.byteOffset = 0;
    for (let page = 0; page < this.storage.numPages; page++) {
      const scanned = yield* this.scan(page);
      if (scanned !== 'Done') return scanned === 'Blank' ? DONE : Err(scanned);
    }
    return DONE;
  }

  private *scan(page: number): Steps<'Done' | 'Blank' | 'StorageError' | 'InvalidStorage'> {
    const { pageSize } = this.storage;
    let at = 0;
    while (at < pageSize) {
      const word = yield* this.flash.read(page, at, WORD_SIZE);
      if (word === undefined) return 'StorageError';
      const header = new Int32Array(word.buffer)[0] ?? BLANK;
      if (header === BLANK) break;
      const length = headerLength(header);
      if (at + entryWords(length) * WORD_SIZE > pageSize) return 'InvalidStorage';
      this.note(headerKey(header), { page, byteOffset: at + WORD_SIZE, length });
      at += entryWords(length) * WORD_SIZE;
    }
    if (at === 0) return 'Blank';
    this.page = page;
    this.byteOffset = at;
    return 'Done';
  }

  private note(key: number, place: Place): void {
    if (place.length === REMOVED) this.places.delete(key);
    else this.places.set(key, place);
  }

  /** Sets the value of a key. InvalidArgument: key or length out of range. NoCapacity: half of the flash is in use. */
  *insert(key: number, value: Uint8Array): Steps<Result<void, NaiveError>> {
    const isLawful = isKey(key) && value.length <= maxValueLength(this.storage);
    if (!isLawful) return Err('InvalidArgument');
    const old = this.places.get(key);
    const freed = old === undefined ? 0 : entryWords(old.length);
    const used = this.usedCapacity() - freed + entryWords(value.length);
    if (used > totalCapacity(this.storage)) return Err('NoCapacity');
    return (yield* this.append(key, value.length, value)) ? DONE : Err('StorageError');
  }

  /** Removes a key; it need not be there. */
  *remove(key: number): Steps<Result<void, NaiveError>> {
    if (!isKey(key)) return Err('InvalidArgument');
    if (!this.places.has(key)) return DONE;
    return (yield* this.append(key, REMOVED, NOTHING)) ? DONE : Err('StorageError');
  }

  /** All keys. */
  keys(): number[] {
    return [...this.places.keys()];
  }

  /** A fresh copy of the value of a key, or undefined when it is not there. StorageError. */
  *find(key: number): Steps<Result<Uint8Array | undefined, NaiveError>> {
    const place = this.places.get(key);
    if (place === undefined) return Ok(undefined);
    const bytes = yield* this.flash.read(place.page, place.byteOffset, place.length);
    return bytes === undefined ? Err('StorageError') : Ok(bytes);
  }

  /** Words that live entries take. */
  usedCapacity(): number {
    let used = 0;
    for (const { length } of this.places.values()) used += entryWords(length);
    return used;
  }

  /** Header first, then the value; with the flash full, everything is written anew before. */
  private *append(key: number, length: number, value: Uint8Array): Steps<boolean> {
    const size = entryWords(length) * WORD_SIZE;
    if (!this.makesRoom(size)) {
      if (!(yield* this.rewrite())) return false;
      if (!this.makesRoom(size)) return false;
    }
    const { page, byteOffset } = this;
    const header = new Uint8Array(Int32Array.of(buildHeader(key, length)).buffer);
    if (!(yield* this.flash.write(page, byteOffset, header))) return false;
    if (value.length > 0) {
      const words = new Uint8Array(size - WORD_SIZE).fill(0xff);
      words.set(value);
      if (!(yield* this.flash.write(page, byteOffset + WORD_SIZE, words))) return false;
    }
    this.note(key, { page, byteOffset: byteOffset + WORD_SIZE, length });
    this.byteOffset += size;
    return true;
  }

  /** Whether an entry of so many bytes has its place, on this page or at the begin of the next. */
  private makesRoom(size: number): boolean {
    const { pageSize, numPages } = this.storage;
    if (this.byteOffset + size <= pageSize) return true;
    if (this.page + 1 === numPages) return false;
    this.page += 1;
    this.byteOffset = 0;
    return true;
  }

  /** Takes all values into RAM, erases all pages, and writes the values back. What could go wrong? */
  private *rewrite(): Steps<boolean> {
    const values: { readonly key: number; readonly value: Uint8Array }[] = [];
    for (const key of this.keys()) {
      const found = yield* this.find(key);
      if (!found.ok) return false;
      values.push({ key, value: found.value ?? NOTHING });
    }
    for (let page = 0; page < this.storage.numPages; page++) {
      if (!(yield* this.flash.erase(page))) return false;
    }
    this.places.clear();
    this.page = 0;
    this.byteOffset = 0;
    for (const { key, value } of values) {
      if (!(yield* this.append(key, value.length, value))) return false;
    }
    return true;
  }
}

function isKey(key: number): boolean {
  return Number.isInteger(key) && key >= 0 && key <= MAX_KEY;
}
