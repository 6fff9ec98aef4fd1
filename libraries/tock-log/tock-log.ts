// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The log: the newest page is in RAM, and goes to flash as a whole when it is synced or when no entry fits any more.
 *
 * Mirrors `capsules/extra/src/log.rs`, the algorithm without the HIL; `capsules/extra/log.ts` is the rest of it.
 *
 *     RAM     page at offset 3·P, entries up to `end`; those up to `synced` are in flash
 *     flash   pages at offsets 0, P, 2·P, 3·P — in whatever order the mode places them
 */
import { Err, Ok } from '#kernel/result';
import type { LogStore, Outcome, RamUse } from '../store/definition.ts';
import { FlashSteps } from '../store/flash-steps.ts';
import type { Steps, Storage } from '../store/storage.ts';
import { putWord } from '../words.ts';
import { ENTRY_HEADER_SIZE, OFFSET_END, entrySize, type PlacedPage } from './format.ts';
import type { LogMode } from './mode.ts';

/** What kind of log. */
export interface LogOptions {
  readonly mode: LogMode;
  /** Whether it gives up its oldest page for a new one, or is full some day. */
  readonly circular: boolean;
  /** Whether the flash erases a page by itself before it writes it. Default: false. */
  readonly writeErases?: boolean;
}

/** An entry, and where it is: ids are offsets in the log, and grow. */
export interface LogEntry {
  readonly id: number;
  /** Where the one after it begins, or the padding between. */
  readonly next: number;
  readonly bytes: Uint8Array;
}

/** Bytes that are kept of the state in RAM besides pages: where the newest page is, its ends. */
const STATE_SIZE = 16;

export class TockLog implements LogStore {
  private readonly flash: FlashSteps;
  private readonly mode: LogMode;
  private readonly circular: boolean;
  /** What of the log is in flash, oldest page first. */
  private log: readonly PlacedPage[] = [];
  /** The newest page, padded, as it is to be in flash. */
  private readonly bytes: Uint8Array;
  private offset = 0;
  private end = 0;
  private synced = 0;
  /** The page of flash that was written last. */
  private last: number;

  constructor(
    private readonly storage: Storage,
    private readonly options: LogOptions,
  ) {
    this.flash = new FlashSteps(storage);
    this.mode = options.mode;
    this.circular = options.circular;
    this.bytes = new Uint8Array(storage.pageSize);
    this.last = storage.numPages - 1;
    this.begin(0);
  }

  /** The page in RAM becomes an empty one. */
  private begin(offset: number): void {
    this.bytes.fill(0xff);
    this.offset = offset;
    this.end = this.mode.headerSize;
    this.synced = this.end;
  }

  /** Looks at every page, and takes the newest into RAM. */
  *boot(): Steps<Outcome> {
    const { mode, storage } = this;
    const found: PlacedPage[] = [];
    for (let page = 0; page < storage.numPages; page++) {
      const bytes = yield* this.flash.read(page, 0, storage.pageSize);
      if (bytes === undefined) return Err('StorageError');
      const opened = mode.open(bytes, page, storage);
      if (opened !== undefined) found.push(opened);
    }
    this.log = mode.arrange(found, storage);
    this.last = storage.numPages - 1;
    this.begin(0);
    return yield* this.takeUp(this.log.at(-1));
  }

  private *takeUp(newest: PlacedPage | undefined): Steps<Outcome> {
    if (newest === undefined) return Ok();
    const bytes = yield* this.flash.read(newest.page, 0, this.storage.pageSize);
    if (bytes === undefined) return Err('StorageError');
    this.bytes.set(bytes.subarray(0, newest.end));
    this.offset = newest.offset;
    this.end = newest.end;
    this.synced = newest.end;
    this.last = newest.page;
    return Ok();
  }

  // --- Writing -------------------------------------------------------------------------------------

  /** The longest entry. */
  get maxEntryLength(): number {
    return this.storage.pageSize - this.mode.headerSize - ENTRY_HEADER_SIZE;
  }

  /** Whether nothing was appended to the page in RAM. */
  get isPageEmpty(): boolean {
    return this.end === this.mode.headerSize;
  }

  /** Whether an entry of so many bytes goes into the page in RAM: nothing is written for it. */
  fits(length: number): boolean {
    return this.end + entrySize(length) <= this.storage.pageSize;
  }

  /** Whether an entry of so many bytes is refused with NoCapacity: a log that is not circular is at its end. */
  isFullFor(length: number): boolean {
    const { mode, storage } = this;
    if (this.circular || this.fits(length)) return false;
    const taken = mode.pagesTaken(this.offset, this.pages().length, storage);
    return taken >= storage.numPages - mode.spare;
  }

  /** The entry is in RAM then, and in flash after a `sync`. An entry has a byte at least. */
  *append(entry: Uint8Array): Steps<Outcome> {
    const { length } = entry;
    if (length === 0 || length > this.maxEntryLength) return Err('InvalidArgument');
    if (this.isFullFor(length)) return Err('NoCapacity');
    if (!this.fits(length)) {
      const turned = yield* this.turn();
      if (!turned.ok) return turned;
    }
    putWord(this.bytes, this.end, length);
    this.bytes.set(entry, this.end + ENTRY_HEADER_SIZE);
    this.end += entrySize(length);
    return Ok();
  }

  /** Goes on with a new page. */
  private *turn(): Steps<Outcome> {
    const next = this.offset + this.storage.pageSize;
    if (next + this.storage.pageSize > OFFSET_END) return Err('NoLifetime');
    const synced = yield* this.sync();
    if (synced.ok) this.begin(next);
    return synced;
  }

  /** Writes the newest page as it is in RAM, which may cost the oldest of a circular log its place. */
  *sync(): Steps<Outcome> {
    const { mode, offset, end, storage } = this;
    if (end <= (mode.rewrites ? mode.headerSize : this.synced)) return Ok();
    const page = mode.place(offset, this.log, this.last, storage);
    this.log = this.log.filter((each) => each.page !== page);
    mode.seal(this.bytes, offset, end);
    if (!(yield* this.program(page))) return Err('StorageError');
    this.log = [...this.log.filter((each) => each.offset !== offset), { offset, page, end }];
    this.last = page;
    this.synced = end;
    return Ok();
  }

  private *program(page: number): Steps<boolean> {
    if (this.options.writeErases !== true && !(yield* this.erase(page))) return false;
    return yield* this.flash.write(page, 0, this.bytes);
  }

  /** Erases a page unless it is blank. */
  private *erase(page: number): Steps<boolean> {
    const isBlank = yield* this.flash.isBlank(page);
    if (isBlank === undefined) return false;
    return isBlank || (yield* this.flash.erase(page));
  }

  /**
   * Erases everything, the oldest entries first: a cut leaves the newest, in their order. Pages that hold none of the log
   * come before: an older copy of the newest page must not outlive it.
   */
  *clear(): Steps<Outcome> {
    const held = new Set(this.log.map(({ page }) => page));
    for (let page = 0; page < this.storage.numPages; page++) {
      if (!held.has(page) && !(yield* this.erase(page))) return Err('StorageError');
    }
    for (const { page } of this.log) {
      if (!(yield* this.erase(page))) return Err('StorageError');
      this.log = this.log.slice(1);
    }
    this.begin(0);
    return Ok();
  }

  // --- Reading -------------------------------------------------------------------------------------

  /** The id of the oldest entry. */
  get start(): number {
    return (this.log[0]?.offset ?? this.offset) + this.mode.headerSize;
  }

  /** The id of the next entry, if it fits into this page. */
  get endId(): number {
    return this.offset + this.end;
  }

  /** Whether entries were given up since the log was erased. */
  get hasLost(): boolean {
    return this.start !== this.mode.headerSize;
  }

  /** Every entry; those that are not synced are in RAM only. InvalidStorage: a length that cannot be. */
  *entries(): Steps<Outcome<readonly Uint8Array[]>> {
    const all: Uint8Array[] = [];
    for (const page of this.pages()) {
      const bytes = yield* this.load(page);
      if (bytes === undefined) return Err('StorageError');
      const found = this.entriesIn(bytes, page);
      if (found === undefined) return Err('InvalidStorage');
      for (const entry of found) all.push(entry.bytes);
    }
    return Ok(all);
  }

  /** The first entry at an id or after it; undefined at the end of the log. Errors as `entries`. */
  *entryFrom(id: number): Steps<Outcome<LogEntry | undefined>> {
    for (const page of this.pages()) {
      if (page.offset + page.end <= id) continue;
      const bytes = yield* this.load(page);
      if (bytes === undefined) return Err('StorageError');
      const found = this.entriesIn(bytes, page);
      if (found === undefined) return Err('InvalidStorage');
      const entry = found.find((each) => each.id >= id);
      if (entry !== undefined) return Ok(entry);
    }
    return Ok(undefined as LogEntry | undefined);
  }

  /** Whether an entry begins at an id, or one ended there last. */
  *isBoundary(id: number): Steps<Outcome<boolean>> {
    const { pageSize } = this.storage;
    const page = this.pages().find(({ offset }) => offset <= id && id < offset + pageSize);
    if (page === undefined) return Ok(id === this.endId);
    if (id === page.offset) return Ok(true);
    const bytes = yield* this.load(page);
    if (bytes === undefined) return Err('StorageError');
    const found = this.entriesIn(bytes, page) ?? [];
    const isFirst = id === page.offset + this.mode.headerSize;
    return Ok(isFirst || found.some((entry) => entry.id === id || entry.next === id));
  }

  /** All pages, the one in RAM last. */
  private pages(): PlacedPage[] {
    const { offset, end } = this;
    const inFlash = this.log.filter((page) => page.offset !== offset);
    return [...inFlash, { offset, page: this.last, end }];
  }

  private *load({ offset, page }: PlacedPage): Steps<Uint8Array | undefined> {
    if (offset === this.offset) return this.bytes;
    return yield* this.flash.read(page, 0, this.storage.pageSize);
  }

  /** Copies of the entries of a page; undefined when a length cannot be. */
  private entriesIn(bytes: Uint8Array, { offset, end }: PlacedPage): LogEntry[] | undefined {
    const entries: LogEntry[] = [];
    for (let at = this.mode.headerSize; ;) {
      const length = this.mode.lengthAt(bytes, at, end);
      if (length === undefined) return entries;
      const next = at + entrySize(length);
      if (length === 0 || next > end) return undefined;
      const entry = bytes.slice(at + ENTRY_HEADER_SIZE, next);
      entries.push({ id: offset + at, next: offset + next, bytes: entry });
      at = next;
    }
  }

  /** The page in RAM, and where each page of the log is. */
  ram(): RamUse {
    const fixed = this.storage.pageSize + STATE_SIZE;
    return { fixed: fixed + this.mode.ramPerPage * this.storage.numPages, content: 0 };
  }
}
