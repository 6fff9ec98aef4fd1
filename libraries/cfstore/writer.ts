// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A new version of a key on its way: the record that is reserved for it, what was written into that, and the increments behind it.
 *
 * NON-TOCK: the enhanced design. One that writes from the begin to the end writes into the reserved record at once. Who seeks, or
 * writes beside another, leaves increments, which are merged with the old version at the close: window by window.
 */
import type { Steps } from '../store/storage.ts';
import { CfstoreError, type Status } from './driver.ts';
import { TlvType, isBlank, isFullAt, kvidAt, up, type Header } from './format.ts';
import type { Handle } from './handles.ts';
import type { Journal } from './journal.ts';
import type { Cursor, Entry, Records, Wants } from './records.ts';

/** Bytes in RAM of a key that is written: three places in flash, two counts, up to 7 bytes that wait, and flags. */
export const WRITER_BYTES = 32;

/** A version on its way. */
export interface Writer {
  readonly kvid: number;
  /** The version before; undefined for a new key. */
  readonly base: Entry | undefined;
  /** The reserved record. */
  record: Entry;
  /** A record that was reserved before, and its first bytes, which were written into it before somebody changed them. */
  before: { readonly record: Entry; readonly length: number } | undefined;
  /** Bytes from the begin of the value that are in the reserved record. */
  streamed: number;
  /** Bytes behind them that fill no unit. */
  rest: Uint8Array;
  hasIncrements: boolean;
  /** Whether there is anything to commit. */
  isTouched: boolean;
  /** Whether one of its handles was closed, and not only abandoned. */
  isWanted: boolean;
  /** Bytes by which a snapshot grows. */
  readonly growth: number;
  /** Its handles. */
  handles: number;
}

const NOTHING = new Uint8Array(0);

/** Everything that writes keys, on the records of a store. */
export class Writers {
  private readonly journal: Journal;

  constructor(private readonly records: Records) {
    this.journal = records.journal;
  }

  // --- Room ------------------------------------------------------------------------------------

  /** Whether records of so many bytes in all, and so many of them, can be added to the delta. */
  fits(bytes: number, count = 1): boolean {
    const { delta, nextSequence, nextKvid, quota } = this.journal;
    if (delta === undefined || delta.closed || nextKvid >= 0xffff_ffff) return false;
    const isNumbered = nextSequence + count - 1 - delta.sequenceStart <= quota;
    return isNumbered && delta.end + bytes <= delta.limit;
  }

  /** Adds a record to the delta, in which it fits: its header, then its name. Its place is taken before anything is written. */
  private *append(header: Header, name: Uint8Array): Steps<Entry> {
    const { delta, flash, format, config } = this.journal;
    const at = delta === undefined ? 0 : this.journal.take(delta, format.sizeOf(header));
    const entry: Entry = { slot: delta?.slot ?? 0, at, header };
    const head = format.encode(header);
    const key = format.filled(name, 0);
    if (config.mode.checksHeaders) {
      yield* flash.program(entry.slot, entry.at, head);
      yield* flash.program(entry.slot, entry.at + head.length, key);
    } else yield* flash.program(entry.slot, entry.at, Uint8Array.of(...head, ...key));
    return entry;
  }

  /** Reserves a record for a new version, which fits. */
  *reserve(
    header: Omit<Header, 'type' | 'sequence' | 'writeAt'>,
    name: Uint8Array,
    base: Entry | undefined,
  ): Steps<Writer> {
    const { journal } = this;
    const sequence = journal.nextSequence++;
    const { flags, keyLength, valueLength, kvid } = header;
    const type = TlvType.FULL;
    const full: Header = { type, flags, keyLength, valueLength, kvid, sequence, writeAt: 0 };
    const record = yield* this.append(full, name);
    const old = base === undefined ? 0 : journal.format.sizeOf(base.header);
    const growth = Math.max(0, journal.format.sizeOf(full) - old);
    return {
      kvid,
      base,
      record,
      before: undefined,
      streamed: 0,
      rest: NOTHING,
      hasIncrements: false,
      isTouched: base === undefined,
      isWanted: false,
      growth,
      handles: 1,
    };
  }

  // --- Writing ---------------------------------------------------------------------------------

  /** Takes bytes at a handle's write position: how many. OUT_OF_MEMORY: no room for an increment, and nothing has changed. */
  *write(writer: Writer, handle: Handle, data: Uint8Array): Steps<Status> {
    const { mode } = this.journal.config;
    const { streamed, rest, record } = writer;
    const { valueLength } = record.header;
    const most = mode.keepsRest ? valueLength : up(valueLength, this.journal.format.unit);
    if (handle.writeAt + data.length > most) return CfstoreError.INVALID_WRITE_BUFFER;
    const isAlone = (!mode.shares || writer.handles === 1) && !writer.hasIncrements;
    const isNext = handle.writeAt === streamed + rest.length;
    writer.isTouched = true;
    return isAlone && isNext && !handle.seeks
      ? yield* this.stream(writer, handle, data)
      : yield* this.patch(writer, handle, data);
  }

  /** Into the reserved record. What fills no unit waits, or is not taken. */
  private *stream(writer: Writer, handle: Handle, data: Uint8Array): Steps<Status> {
    const { flash, format, config } = this.journal;
    const { record, rest, streamed } = writer;
    const bytes = rest.length === 0 ? data : Uint8Array.of(...rest, ...data);
    const whole = bytes.length - (bytes.length % format.unit);
    const at = record.at + format.valueAt(record.header) + streamed;
    yield* flash.program(record.slot, at, bytes.subarray(0, whole));
    writer.streamed += whole;
    if (config.mode.keepsRest) writer.rest = whole === bytes.length ? NOTHING : bytes.slice(whole);
    const taken = config.mode.keepsRest ? data.length : whole;
    handle.writeAt += taken;
    return taken;
  }

  /** As an increment. What waited becomes one, too; what it would write over in the reserved record makes that be reserved anew. */
  private *patch(writer: Writer, handle: Handle, data: Uint8Array): Steps<Status> {
    const { format } = this.journal;
    const { record, rest, streamed } = writer;
    const { writeAt } = handle;
    const isOver = writeAt < streamed && this.journal.config.mode.shares;
    const sizes = [format.fullSize(0, data.length)];
    if (rest.length > 0) sizes.push(format.fullSize(0, rest.length));
    if (isOver) sizes.push(format.sizeOf(record.header));
    const size = sizes.reduce((sum, each) => sum + each, 0);
    if (!this.fits(size, sizes.length)) return CfstoreError.OUT_OF_MEMORY;
    if (isOver) {
      const name = yield* this.records.nameOf(record);
      const header = { ...record.header, sequence: this.journal.nextSequence++ };
      writer.before = { record, length: streamed };
      writer.record = yield* this.append(header, name);
      writer.streamed = 0;
    }
    if (rest.length > 0) yield* this.increment(writer, streamed, rest);
    writer.rest = NOTHING;
    yield* this.increment(writer, writeAt, data);
    writer.hasIncrements = true;
    handle.writeAt += data.length;
    return data.length;
  }

  private *increment({ kvid }: Writer, writeAt: number, data: Uint8Array): Steps<void> {
    const { journal } = this;
    const header: Header = {
      type: TlvType.INCREMENT,
      flags: 0,
      keyLength: 0,
      valueLength: data.length,
      kvid,
      sequence: journal.nextSequence++,
      writeAt,
    };
    const entry = yield* this.append(header, NOTHING);
    const bytes = journal.format.filled(data, 0xff);
    yield* journal.flash.program(entry.slot, entry.at + journal.format.valueAt(header), bytes);
    yield* this.records.commit(entry, yield* this.records.codeOf(entry));
  }

  // --- What it is to be ------------------------------------------------------------------------

  /** Bytes of the value as it would be committed now. What was never written is blank. */
  *compose(writer: Writer, from: number, length: number): Steps<Uint8Array> {
    const { base, before, record, streamed, rest } = writer;
    const bytes = new Uint8Array(length).fill(0xff);
    if (base !== undefined) yield* this.lay(bytes, from, base, base.header.valueLength);
    if (before !== undefined) yield* this.lay(bytes, from, before.record, before.length);
    yield* this.lay(bytes, from, record, streamed);
    layBytes(bytes, from, rest, streamed);
    if (writer.hasIncrements) yield* this.layIncrements(writer, from, bytes);
    return bytes;
  }

  /** Lays the first bytes of a record's value over those that begin at `from`. */
  private *lay(bytes: Uint8Array, from: number, entry: Entry, upTo: number): Steps<void> {
    const length = Math.min(bytes.length, upTo - from);
    if (length <= 0) return;
    const at = this.journal.format.valueAt(entry.header) + from;
    bytes.set(yield* this.records.bytes(entry, at, length));
  }

  private *layIncrements(writer: Writer, from: number, bytes: Uint8Array): Steps<void> {
    const cursor = this.incrementsOf(writer);
    for (;;) {
      const entry = yield* this.nextIncrement(writer, cursor);
      if (entry === undefined) return;
      const { writeAt, valueLength } = entry.header;
      const first = Math.max(from, writeAt);
      const length = Math.min(from + bytes.length, writeAt + valueLength) - first;
      if (length <= 0) continue;
      const at = this.journal.format.valueAt(entry.header) + first - writeAt;
      bytes.set(yield* this.records.bytes(entry, at, length), first - from);
    }
  }

  /** A walk over what may be increments of a version: they stand behind the record that was reserved first. */
  private incrementsOf({ before, record }: Writer): Cursor {
    const { delta, format, config } = this.journal;
    const first = before?.record ?? record;
    const from = config.mode.ownIncrements ? first.at + format.sizeOf(first.header) : delta?.start;
    const { end: to = 0, knownTo = 0 } = delta ?? {};
    return { slot: first.slot, at: from ?? 0, to, knownTo };
  }

  private *nextIncrement({ kvid, base }: Writer, cursor: Cursor): Steps<Entry | undefined> {
    const { ownIncrements } = this.journal.config.mode;
    const since = ownIncrements ? -1 : (base?.header.sequence ?? -1);
    for (;;) {
      const wants: Wants = (bytes, at) => !isFullAt(bytes, at) && kvidAt(bytes, at) === kvid;
      const entry = yield* this.records.next(cursor, wants);
      // Of its own it is known that they are whole.
      if (entry === undefined || ownIncrements) return entry;
      if (entry.header.sequence > since && (yield* this.records.isCommitted(entry))) return entry;
    }
  }

  // --- The close -------------------------------------------------------------------------------

  /** Merges what is not in the reserved record yet, commits that, and deletes the version before and the increments. */
  *commit(writer: Writer): Steps<void> {
    const { records, journal } = this;
    const { base, record } = writer;
    const isWhole = writer.streamed >= record.header.valueLength && !writer.hasIncrements;
    const merges = journal.config.mode.fillsUp || writer.hasIncrements;
    if (merges && !isWhole) yield* this.merge(writer);
    yield* records.commit(record, yield* records.codeOf(record));
    if (base !== undefined) yield* records.invalidate(base);
    if (writer.hasIncrements) {
      const cursor = this.incrementsOf(writer);
      for (;;) {
        const entry = yield* this.nextIncrement(writer, cursor);
        if (entry === undefined) break;
        yield* records.invalidate(entry);
      }
    }
    journal.liveBytes += journal.format.sizeOf(record.header);
    journal.liveCount += 1;
    if (base !== undefined) this.forget(base);
  }

  private *merge(writer: Writer): Steps<void> {
    const { flash, format, config } = this.journal;
    const { record } = writer;
    const { valueLength } = record.header;
    const valueAt = record.at + format.valueAt(record.header);
    for (let at = writer.streamed; at < valueLength; at += config.window) {
      const part = yield* this.compose(writer, at, Math.min(config.window, valueLength - at));
      if (!isBlank(part)) {
        yield* flash.program(record.slot, valueAt + at, format.filled(part, 0xff));
      }
    }
  }

  /** Gives a reserved record up. */
  drop({ record }: Writer): Steps<void> {
    return this.records.invalidate(record);
  }

  /** Deletes a committed version. */
  *remove(entry: Entry): Steps<void> {
    yield* this.records.invalidate(entry);
    this.forget(entry);
  }

  private forget({ header }: Entry): void {
    this.journal.liveBytes -= this.journal.format.sizeOf(header);
    this.journal.liveCount -= 1;
  }
}

/** Lays bytes that belong at `at` over those that begin at `from`. */
function layBytes(bytes: Uint8Array, from: number, other: Uint8Array, at: number): void {
  const first = Math.max(from, at);
  const last = Math.min(from + bytes.length, at + other.length);
  if (first < last) bytes.set(other.subarray(first - at, last - at), first - from);
}
