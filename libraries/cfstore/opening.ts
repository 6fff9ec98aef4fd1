// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * How keys are opened: created, resized, found by name or by a pattern; and the room that a new version needs.
 *
 * NON-TOCK: mbed's configuration store.
 */
import type { Steps } from '../store/storage.ts';
import { longestValue, roomOf, type CfstoreConfig } from './config.ts';
import { CfstoreError, type FileMode, type KeyDescriptor, type Status } from './driver.ts';
import { flushSlots } from './flush.ts';
import type { Handles } from './handles.ts';
import type { Journal, LiveSlot } from './journal.ts';
import { checkName, fits } from './names.ts';
import { aclOf, checkDescriptor, checkOpen, createMode } from './permissions.ts';
import { FULL, cursorOf, holds, type Entry, type Records } from './records.ts';
import type { Writer, Writers } from './writer.ts';

/** That there is room, after everything has moved. */
const MOVED = 1;

const READ_ONLY: FileMode = { read: true };

/** A version that is to be written. */
interface Version {
  readonly name: Uint8Array;
  readonly valueLength: number;
  readonly acl: number;
  readonly base?: Entry;
  readonly isResized?: boolean;
}

/** What gives out handles. */
export class Opening {
  private readonly journal: Journal;
  private readonly config: CfstoreConfig;
  private readonly snapshotRoom: number;
  private readonly deltaRoom: number;
  private readonly longest: number;

  constructor(
    private readonly records: Records,
    private readonly writers: Writers,
    private readonly handles: Handles,
  ) {
    const { journal } = records;
    const { storage, config } = journal;
    this.journal = journal;
    this.config = config;
    this.snapshotRoom = roomOf(storage, config, 'snapshot');
    this.deltaRoom = roomOf(storage, config, 'delta');
    this.longest = longestValue(storage, config);
  }

  /** See `CfstoreDriver.create`. */
  *create(name: string, valueLength: number, descriptor: KeyDescriptor | undefined): Steps<Status> {
    const refusal = Math.min(checkName(name), this.checkLength(valueLength));
    if (refusal < 0) return refusal;
    const bytes = bytesOf(name);
    const base = yield* this.records.named(bytes);
    if (base !== undefined) {
      if (this.handles.isDeleting(base.header.kvid)) return CfstoreError.PREEXISTING_KEY_DELETED;
      if (descriptor !== undefined) return CfstoreError.PREEXISTING_KEY;
      return yield* this.resize(base, bytes, valueLength);
    }
    const isTaken = yield* this.isBeingCreated(bytes);
    if (isTaken) return CfstoreError.PREEXISTING_KEY;
    const unlawful = checkDescriptor(descriptor);
    if (descriptor === undefined || unlawful < 0) return unlawful;
    const acl = aclOf(descriptor);
    return yield* this.openWriter(createMode(descriptor), { name: bytes, valueLength, acl });
  }

  private checkLength(valueLength: number): Status {
    const { longest } = this;
    const isLawful = Number.isInteger(valueLength) && valueLength >= 0 && valueLength <= longest;
    return isLawful ? 0 : CfstoreError.INVALID_VALUE_SIZE;
  }

  /** A new version of another length. */
  private *resize(base: Entry, name: Uint8Array, valueLength: number): Steps<Status> {
    const { kvid, flags } = base.header;
    const mode = { read: true, write: true };
    const refusal = checkOpen(flags, mode);
    if (refusal < 0) return refusal;
    const isWritten = this.handles.writers().some((writer) => writer.kvid === kvid);
    if (isWritten && this.config.mode.shares) return CfstoreError.OPERATION_PENDING;
    return yield* this.openWriter(mode, { name, valueLength, acl: flags, base, isResized: true });
  }

  /** Whether a name is that of a new key which nobody has closed yet. */
  private *isBeingCreated(name: Uint8Array): Steps<boolean> {
    for (const { base, record } of this.handles.writers()) {
      if (base !== undefined || record.header.keyLength !== name.length) continue;
      if (holds(yield* this.records.nameOf(record), 0, name)) return true;
    }
    return false;
  }

  /** See `CfstoreDriver.open`. */
  *open(name: string, mode: FileMode): Steps<Status> {
    const refusal = checkName(name);
    if (refusal < 0) return refusal;
    const bytes = bytesOf(name);
    const base = yield* this.records.named(bytes);
    if (base === undefined) return CfstoreError.KEY_NOT_FOUND;
    const { kvid, flags: acl, valueLength } = base.header;
    if (this.handles.isDeleting(kvid)) return CfstoreError.PREEXISTING_KEY_DELETED;
    const forbidden = checkOpen(acl, mode);
    if (forbidden < 0) return forbidden;
    if (mode.write !== true) return this.add(base, mode, undefined);
    const writer = this.config.mode.shares
      ? this.handles.writers().find((each) => each.kvid === kvid)
      : undefined;
    if (writer === undefined) {
      return yield* this.openWriter(mode, { name: bytes, valueLength, acl, base });
    }
    const hkey = this.add(writer.base, mode, writer);
    if (hkey > 0) writer.handles += 1;
    return hkey;
  }

  /** A handle on a version, or on one that is being written. */
  private add(entry: Entry | undefined, mode: FileMode, writer: Writer | undefined): Status {
    const header = (entry ?? writer?.record)?.header;
    if (this.handles.isFull || header === undefined) return CfstoreError.HANDLE_COUNT_MAX;
    const { kvid, flags: acl } = header;
    const places = { readAt: 0, writeAt: 0, seeks: false, deletes: false };
    return this.handles.add({ kvid, entry, acl, mode, writer, ...places });
  }

  /** A handle on a new version, whose record is reserved. */
  private *openWriter(mode: FileMode, version: Version): Steps<Status> {
    const { handles, journal } = this;
    const { name, valueLength, acl, base } = version;
    const isFull = handles.isFull || handles.writers().length >= this.config.writers;
    if (isFull) return CfstoreError.HANDLE_COUNT_MAX;
    const size = journal.format.fullSize(name.length, valueLength);
    if (!this.staysFlushable(size, base)) return CfstoreError.OUT_OF_MEMORY;
    const room = yield* this.makeRoom(size);
    if (room < 0) return room;
    const found = room === MOVED && base !== undefined ? yield* this.records.named(name) : base;
    const kvid = found?.header.kvid ?? journal.nextKvid++;
    const header = { flags: acl, keyLength: name.length, valueLength, kvid };
    const writer = yield* this.writers.reserve(header, name, found);
    if (version.isResized === true) writer.isTouched = true;
    return this.add(found, mode, writer);
  }

  /** Whether everything will still fit into a snapshot, and be numbered in one, with a version that takes the place of another. */
  private staysFlushable(size: number, base: Entry | undefined): boolean {
    const { journal, config } = this;
    if (!config.mode.reserves) return size <= this.deltaRoom;
    let bytes = journal.liveBytes + size;
    let count = journal.liveCount + 1;
    if (base !== undefined) {
      bytes = journal.liveBytes + Math.max(0, size - journal.format.sizeOf(base.header));
      count -= 1;
    }
    for (const writer of this.handles.writers()) {
      bytes += writer.growth;
      if (writer.base === undefined) count += 1;
    }
    return bytes <= this.snapshotRoom && count <= journal.quota;
  }

  /** Zero when a record fits into the delta; MOVED when it took a flush, which is done when nothing is open; OUT_OF_MEMORY. */
  private *makeRoom(size: number): Steps<Status> {
    const { journal, writers, handles } = this;
    if (writers.fits(size)) return 0;
    let moved = 0;
    if (journal.delta !== undefined) {
      if (handles.count > 0) return CfstoreError.OUT_OF_MEMORY;
      const status = yield* flushSlots(this.records);
      if (status < 0) return status;
      moved = MOVED;
    }
    journal.delta = yield* journal.begin('delta');
    return writers.fits(size) ? moved : CfstoreError.OUT_OF_MEMORY;
  }

  // --- By a pattern ----------------------------------------------------------------------------

  /** A handle on the next key behind a record: the snapshot first, then the delta. */
  *find(query: string, from: Entry | undefined): Steps<Status> {
    const { snapshot, delta } = this.journal;
    if (snapshot !== undefined && (from === undefined || from.slot !== delta?.slot)) {
      const found = yield* this.findIn(snapshot, query, from);
      if (found !== undefined) return this.add(found, READ_ONLY, undefined);
    }
    const found = delta === undefined ? undefined : yield* this.findIn(delta, query, from);
    return found === undefined ? CfstoreError.KEY_NOT_FOUND : this.add(found, READ_ONLY, undefined);
  }

  private *findIn(
    live: LiveSlot,
    query: string,
    from: Entry | undefined,
  ): Steps<Entry | undefined> {
    const behind = from?.slot === live.slot ? from.at + this.sizeOf(from) : live.start;
    const cursor = cursorOf(live, behind);
    for (;;) {
      const entry = yield* this.records.nextLive(cursor, FULL);
      if (entry === undefined || (yield* this.isFound(entry, query))) return entry;
    }
  }

  private sizeOf({ header }: Entry): number {
    return this.journal.format.sizeOf(header);
  }

  private *isFound(entry: Entry, query: string): Steps<boolean> {
    const { kvid, flags } = entry.header;
    if (this.handles.isDeleting(kvid) || checkOpen(flags, READ_ONLY) < 0) return false;
    return fits(textOf(yield* this.records.nameOf(entry)), query);
  }
}

function bytesOf(name: string): Uint8Array {
  const bytes = new Uint8Array(name.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = name.charCodeAt(at);
  return bytes;
}

/** The name of a key as text. */
export function textOf(name: Uint8Array): string {
  return String.fromCharCode(...name);
}
