// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Records in slots: walking over them, finding the newest of a key, checking one, deleting one.
 *
 * NON-TOCK: nothing of this is kept in RAM but where a slot's records end; each search reads headers.
 */
import type { Steps } from '../store/storage.ts';
import { isBlank, isFullAt, keyLengthAt, kvidAt, type Header } from './format.ts';
import type { Journal, LiveSlot } from './journal.ts';
import { SLOT_HEAD } from './slot-format.ts';

/** A record. */
export interface Entry {
  readonly slot: number;
  readonly at: number;
  readonly header: Header;
}

/** A walk: where it stands, and where it ends. */
export interface Cursor {
  readonly slot: number;
  at: number;
  readonly to: number;
  /** Up to where headers are known to be whole. */
  readonly knownTo: number;
}

/** Whether a record is looked for: by its bytes from some index on, as many as were asked for, of which the header is sound. */
export type Wants = (bytes: Uint8Array, from: number) => boolean;

/** All full records. */
export const FULL: Wants = isFullAt;

/** Every record. */
export const ANY: Wants = () => true;

/** The full records of a key. */
export function ofKey(kvid: number): Wants {
  return (bytes, from) => isFullAt(bytes, from) && kvidAt(bytes, from) === kvid;
}

/** A walk over the records of a slot, from one place on. */
export function cursorOf({ slot, start, end, knownTo }: LiveSlot, at = start): Cursor {
  return { slot, at, to: end, knownTo };
}

/** Which records a walk does not come to. */
type Leaves = 'nothing' | 'deleted';

/** What a walk comes to that finds nothing: the end of the list, or of the bytes that can be seen. */
const [END, ON] = [-1, -2];

export class Records {
  /** Where in what the flash shows the last walk has come to a record. */
  private found = 0;

  constructor(readonly journal: Journal) {}

  // --- Walking ---------------------------------------------------------------------------------

  /** The next record that is wanted, and the cursor behind it; undefined at the end, where the cursor then stands. */
  *next(cursor: Cursor, wants: Wants, extra = 0): Steps<Entry | undefined> {
    const at = yield* this.seek(cursor, wants, extra);
    return at < 0 ? undefined : this.entryAt(cursor.slot, at);
  }

  /** The record whose header is looked at. */
  private entryAt(slot: number, at: number): Entry {
    const { flash, format } = this.journal;
    return { slot, at, header: format.decode(flash.bytes, this.found) };
  }

  /** The next record that is wanted: its place, at which the flash is looked at; negative at the end. `leaves`: where that can be seen. */
  private *seek(
    cursor: Cursor,
    wants: Wants,
    extra: number,
    leaves: Leaves = 'nothing',
  ): Steps<number> {
    const { flash, format } = this.journal;
    const { slot, to } = cursor;
    while (cursor.at + format.headerSize <= to) {
      const { at } = cursor;
      const length = Math.min(format.headerSize + extra, to - at);
      if (!flash.look(slot, at, length)) yield* flash.fetch(slot, at, length);
      const found = this.walk(cursor, wants, length, leaves);
      if (found !== ON) return found;
    }
    return END;
  }

  /** Walks over what can be seen of the flash from the cursor on, at least `length` bytes: the place of a record that is wanted. */
  private walk(cursor: Cursor, wants: Wants, length: number, leaves: Leaves): number {
    const { flash, format } = this.journal;
    const { bytes, from, left } = flash;
    const { to, knownTo } = cursor;
    const first = cursor.at;
    const last = Math.min(first + left - length, to - format.headerSize);
    for (let at = first; at <= last; at = cursor.at) {
      const seen = from + at - first;
      const size = format.recordSize(bytes, seen, at < knownTo);
      if (size === 0 || at + size > to) {
        if (!this.stepsOver(cursor, bytes, seen, size)) return END;
        continue;
      }
      cursor.at = at + size;
      if (!wants(bytes, seen)) continue;
      if (leaves === 'deleted' && this.isSeenDeleted(seen, size)) continue;
      this.found = seen;
      return at;
    }
    return ON;
  }

  /** Whether it can be seen in what is looked at that a record there is deleted. */
  private isSeenDeleted(seen: number, size: number): boolean {
    const { bytes, from, left } = this.journal.flash;
    const { validSize, codeSize } = this.journal.format;
    const at = seen + size - codeSize - validSize;
    return at + validSize <= from + left && !this.isValidIn(bytes, at);
  }

  /** Goes on behind a header that is torn. False: there is none, and the list has its end. */
  private stepsOver(cursor: Cursor, bytes: Uint8Array, from: number, size: number): boolean {
    const { headerSize } = this.journal.format;
    if (!this.journal.config.mode.checksHeaders) {
      if (size > 0) cursor.at = cursor.to;
      return false;
    }
    if (isBlank(bytes, from, from + headerSize)) return false;
    cursor.at += headerSize;
    return true;
  }

  /** The next record of a walk that is wanted, committed, and the newest of its key. */
  *nextLive(cursor: Cursor, wants: Wants): Steps<Entry | undefined> {
    for (;;) {
      const at = yield* this.seek(cursor, wants, 0, 'deleted');
      if (at < 0) return undefined;
      const entry = this.entryAt(cursor.slot, at);
      if (!(yield* this.isCommitted(entry))) continue;
      // Older versions were deleted when the newer one was committed, or by the last start.
      if (this.journal.config.mode.cleans) return entry;
      const newest = yield* this.newest(ofKey(entry.header.kvid));
      if (newest?.slot === entry.slot && newest.at === entry.at) return entry;
    }
  }

  /** The newest committed record that is wanted. */
  *newest(wants: Wants, extra = 0): Steps<Entry | undefined> {
    const { delta, snapshot, config } = this.journal;
    const inDelta = delta === undefined ? undefined : yield* this.newestIn(delta, wants, extra);
    if (inDelta !== undefined && config.mode.ordersBySlot) return inDelta;
    if (snapshot === undefined) return inDelta;
    return (yield* this.newestIn(snapshot, wants, extra, inDelta)) ?? inDelta;
  }

  /** The newest of a slot, and newer than another if need be. */
  private *newestIn(
    live: LiveSlot,
    wants: Wants,
    extra: number,
    than?: Entry,
  ): Steps<Entry | undefined> {
    const { ordersBySlot } = this.journal.config.mode;
    const cursor = cursorOf(live);
    let newest: Entry | undefined;
    for (;;) {
      const at = yield* this.seek(cursor, wants, extra, 'deleted');
      if (at < 0) return newest;
      const entry = this.entryAt(cursor.slot, at);
      const { sequence } = entry.header;
      const isNewer = ordersBySlot || sequence > ((newest ?? than)?.header.sequence ?? -1);
      if (isNewer && (yield* this.isValid(entry)) && (yield* this.isSound(entry))) newest = entry;
    }
  }

  /** The newest committed record of a name. */
  named(name: Uint8Array): Steps<Entry | undefined> {
    const { headerSize } = this.journal.format;
    const { length } = name;
    const wants: Wants = (bytes, from) =>
      keyLengthAt(bytes, from) === length &&
      isFullAt(bytes, from) &&
      holds(bytes, from + headerSize, name);
    return this.newest(wants, name.length);
  }

  // --- One record ------------------------------------------------------------------------------

  /** Bytes of a record from an offset on, to be looked at before the next access. */
  *bytes({ slot, at }: Entry, offset: number, length: number): Steps<Uint8Array> {
    const { flash } = this.journal;
    if (!flash.look(slot, at + offset, length)) yield* flash.fetch(slot, at + offset, length);
    return flash.bytes.subarray(flash.from, flash.from + length);
  }

  /** Its name. */
  *nameOf(entry: Entry): Steps<Uint8Array> {
    const { headerSize } = this.journal.format;
    return (yield* this.bytes(entry, headerSize, entry.header.keyLength)).slice();
  }

  /** Whether it is not deleted. */
  *isValid(entry: Entry): Steps<boolean> {
    const { format, flash } = this.journal;
    const { slot, at, header } = entry;
    const validAt = at + format.validAt(header);
    if (!flash.look(slot, validAt, format.validSize)) {
      yield* flash.fetch(slot, validAt, format.validSize);
    }
    return this.isValidIn(flash.bytes, flash.from);
  }

  /** Whether a VALID in bytes says that its record is not deleted. */
  private isValidIn(bytes: Uint8Array, at: number): boolean {
    const { format, config } = this.journal;
    return config.mode.anyBitDeletes ? isBlank(bytes, at, at + format.validSize) : bytes[at] !== 0;
  }

  /** Whether it is not deleted, and its code is right. */
  *isCommitted(entry: Entry): Steps<boolean> {
    return (yield* this.isValid(entry)) && (yield* this.isSound(entry));
  }

  /** Whether its code is right. */
  private *isSound(entry: Entry): Steps<boolean> {
    const code = yield* this.codeOf(entry);
    const { format, flash } = this.journal;
    const { slot, at, header } = entry;
    const codeAt = at + format.validAt(header) + format.validSize;
    if (!flash.look(slot, codeAt, format.codeLength)) {
      yield* flash.fetch(slot, codeAt, format.codeLength);
    }
    return holds(flash.bytes, flash.from, code);
  }

  /** The code that it should have: of header, name and value, with what fills them up. */
  *codeOf({ slot, at, header }: Entry): Steps<Uint8Array> {
    const { flash, format, config } = this.journal;
    const run = config.code.begin();
    const end = at + format.validAt(header);
    for (let from = at; from < end; from += config.window) {
      const length = Math.min(config.window, end - from);
      if (!flash.look(slot, from, length)) yield* flash.fetch(slot, from, length);
      run.update(flash.bytes.subarray(flash.from, flash.from + length));
    }
    return run.digest();
  }

  /** Programs its code, which commits it. */
  *commit({ slot, at, header }: Entry, code: Uint8Array): Steps<void> {
    const { flash, format } = this.journal;
    const codeAt = at + format.validAt(header) + format.validSize;
    yield* flash.program(slot, codeAt, format.filled(code, 0xff));
  }

  /** Deletes it: VALID becomes the complement of what it was. */
  *invalidate({ slot, at, header }: Entry): Steps<void> {
    const { flash, format } = this.journal;
    yield* flash.program(slot, at + format.validAt(header), new Uint8Array(format.validSize));
  }

  // --- A slot ----------------------------------------------------------------------------------

  /** The check of a slot: its head, and of each record its header and its code. `visit` sees each record. */
  *checkOf(live: LiveSlot, visit?: (entry: Entry) => void): Steps<Uint8Array> {
    const { flash, format, config } = this.journal;
    const run = config.code.begin();
    run.update(yield* flash.read(live.slot, 0, SLOT_HEAD));
    const cursor = cursorOf(live);
    const each: Wants = (bytes, from) => {
      run.update(bytes.subarray(from, from + format.headerSize));
      return true;
    };
    for (;;) {
      const at = yield* this.seek(cursor, each, 0);
      if (at < 0) return run.digest();
      visit?.(this.entryAt(live.slot, at));
      const codeAt = cursor.at - format.codeSize;
      if (!flash.look(live.slot, codeAt, format.codeLength)) {
        yield* flash.fetch(live.slot, codeAt, format.codeLength);
      }
      run.update(flash.bytes.subarray(flash.from, flash.from + format.codeLength));
    }
  }
}

/** Whether bytes hold others from an offset on. */
export function holds(bytes: Uint8Array, from: number, other: Uint8Array): boolean {
  for (let at = 0; at < other.length; at++) if (bytes[from + at] !== other[at]) return false;
  return true;
}
