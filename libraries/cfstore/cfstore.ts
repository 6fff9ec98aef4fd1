// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CFSTORE without an image in RAM: every operation works on records in flash.
 *
 * NON-TOCK: the design of mbed's "removing the SRAM limitation", which was never published as code.
 *
 *        create, open, write, close            flush
 *                  |                             |
 *               Writers ---------- Records ------+---- recovery (initialize)
 *                                     |
 *                                  Journal: slots in use
 *                                     |
 *                        SlotFlash: bytes by slot and offset
 *                                     |
 *                             SlotAddresses: pages
 */
import type { Steps, Storage } from '../store/storage.ts';
import { longestValue, roomOf, type CfstoreConfig } from './config.ts';
import {
  CfstoreError,
  type CfstoreDriver,
  type FileMode,
  type Hkey,
  type KeyDescriptor,
  type RamMeter,
  type Status,
} from './driver.ts';
import { flushSlots } from './flush.ts';
import { HANDLE_BYTES, Handles, type Handle } from './handles.ts';
import { Journal } from './journal.ts';
import { checkName, checkPattern, fits } from './names.ts';
import {
  aclOf,
  checkDescriptor,
  checkOpen,
  checkRead,
  checkWrite,
  createMode,
  openMode,
} from './permissions.ts';
import { FULL, Records, cursorOf, holds, ofKey, type Entry } from './records.ts';
import { start } from './recovery.ts';
import { LinearAddresses, type SlotAddresses } from './slot-addresses.ts';
import { WRITER_BYTES, Writers, type Writer } from './writer.ts';

/** Bytes in RAM of the slots in use, of the numbers that come next, of a place and a header under way. */
const STATE_BYTES = 128;

/** That there is room, after everything has moved. */
const MOVED = 1;

const READ_ONLY: FileMode = { read: true };

export class Cfstore implements CfstoreDriver {
  readonly journal: Journal;
  readonly records: Records;
  private readonly writers: Writers;
  private handles: Handles;
  private isOn = false;

  /** Over a storage, not initialised. `addresses`: where the slots' bytes are, if not page by page. */
  constructor(
    storage: Storage,
    readonly config: CfstoreConfig,
    addresses: SlotAddresses = new LinearAddresses(storage, config.slots),
  ) {
    this.journal = new Journal(storage, config, addresses);
    this.records = new Records(this.journal);
    this.writers = new Writers(this.records);
    this.handles = new Handles(config.handles);
  }

  /** Whether it was the flash that failed, when an operation ended with JOURNAL_FAILED. */
  get hasFlashFailed(): boolean {
    return this.journal.flash.failed !== undefined;
  }

  *initialize(): Steps<Status> {
    this.forget();
    this.journal.flash.failed = undefined;
    const status = yield* start(this.records);
    if (status < 0 || this.hasFlashFailed) return CfstoreError.JOURNAL_FAILED;
    this.isOn = true;
    return 0;
  }

  *uninitialize(): Steps<Status> {
    this.forget();
    return 0;
  }

  private forget(): void {
    this.isOn = false;
    this.handles = new Handles(this.config.handles);
  }

  /** Does an operation, and says when the flash failed meanwhile, or before. */
  private *guarded(operation: () => Steps<Status>): Steps<Status> {
    if (!this.isOn) return CfstoreError.UNINITIALISED;
    if (this.hasFlashFailed) return CfstoreError.JOURNAL_FAILED;
    const status = yield* operation();
    return this.hasFlashFailed ? CfstoreError.JOURNAL_FAILED : status;
  }

  // --- Opening ---------------------------------------------------------------------------------

  create(name: string, valueLength: number, descriptor?: KeyDescriptor): Steps<Status> {
    return this.guarded(() => this.createNow(name, valueLength, descriptor));
  }

  private *createNow(
    name: string,
    valueLength: number,
    descriptor: KeyDescriptor | undefined,
  ): Steps<Status> {
    const refusal = checkName(name) || this.checkLength(valueLength);
    if (refusal < 0) return refusal;
    const bytes = bytesOf(name);
    const base = yield* this.records.named(bytes);
    if (base !== undefined) {
      if (this.handles.isDeleting(base.header.kvid)) return CfstoreError.PREEXISTING_KEY_DELETED;
      if (descriptor !== undefined) return CfstoreError.PREEXISTING_KEY;
      return yield* this.resize(base, bytes, valueLength);
    }
    if (yield* this.isBeingCreated(bytes)) return CfstoreError.PREEXISTING_KEY;
    const unlawful = checkDescriptor(descriptor);
    if (descriptor === undefined || unlawful < 0) return unlawful;
    const acl = aclOf(descriptor);
    return yield* this.openWriter(createMode(descriptor), { name: bytes, valueLength, acl });
  }

  private checkLength(valueLength: number): Status {
    const most = longestValue(this.journal.storage, this.config);
    const isLawful = Number.isInteger(valueLength) && valueLength >= 0 && valueLength <= most;
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

  open(name: string, mode: FileMode): Steps<Status> {
    return this.guarded(() => this.openNow(name, openMode(mode)));
  }

  private *openNow(name: string, mode: FileMode): Steps<Status> {
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
    const { handles, config, journal } = this;
    const { name, valueLength, acl, base } = version;
    const isFull = handles.isFull || handles.writers().length >= config.writers;
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
    const room = roomOf(journal.storage, config, 'snapshot');
    if (!config.mode.reserves) return size <= roomOf(journal.storage, config, 'delta');
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
    return bytes <= room && count <= journal.quota;
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

  // --- Reading and writing ---------------------------------------------------------------------

  /** Does an operation on an open key. INVALID_HANDLE. */
  private withHandle(hkey: Hkey, operation: (handle: Handle) => Steps<Status>): Steps<Status> {
    return this.guarded(() => {
      const handle = this.handles.at(hkey);
      return handle === undefined ? given(CfstoreError.INVALID_HANDLE) : operation(handle);
    });
  }

  read(hkey: Hkey, data: Uint8Array): Steps<Status> {
    return this.withHandle(hkey, (handle) => this.readNow(handle, data));
  }

  private *readNow(handle: Handle, data: Uint8Array): Steps<Status> {
    const refusal = checkRead(handle.acl, handle.mode);
    if (refusal < 0) return refusal;
    const length = Math.min(data.length, lengthOf(handle) - handle.readAt);
    const { window } = this.config;
    for (let done = 0; done < length; done += window) {
      const part = Math.min(window, length - done);
      data.set(yield* this.valueOf(handle, handle.readAt + done, part), done);
    }
    handle.readAt += length;
    return length;
  }

  private *valueOf({ writer, entry }: Handle, from: number, length: number): Steps<Uint8Array> {
    if (writer !== undefined) return yield* this.writers.compose(writer, from, length);
    if (entry === undefined) return new Uint8Array(length);
    const at = this.journal.format.valueAt(entry.header) + from;
    return yield* this.records.bytes(entry, at, length);
  }

  write(hkey: Hkey, data: Uint8Array): Steps<Status> {
    return this.withHandle(hkey, (handle) => this.writeNow(handle, data));
  }

  private *writeNow(handle: Handle, data: Uint8Array): Steps<Status> {
    const refusal = checkWrite(handle.acl, handle.mode);
    if (refusal < 0) return refusal;
    if (handle.writer === undefined) return CfstoreError.KEY_READ_ONLY;
    return yield* this.writers.write(handle.writer, handle, data);
  }

  /** INVALID_SEEK: behind the value's end. NOT_SUPPORTED: with `strictRseek`, on a handle that writes. */
  rseek(hkey: Hkey, offset: number): Steps<Status> {
    return this.withHandle(hkey, (handle) => {
      const refusal = checkRead(handle.acl, handle.mode);
      if (refusal < 0) return given(refusal);
      if (this.config.strictRseek && handle.writer !== undefined) {
        return given(CfstoreError.NOT_SUPPORTED);
      }
      if (!isPosition(handle, offset)) return given(CfstoreError.INVALID_SEEK);
      handle.readAt = offset;
      return given(0);
    });
  }

  /** INVALID_SEEK: behind the value's end. From then on this handle writes increments. */
  wseek(hkey: Hkey, offset: number): Steps<Status> {
    return this.withHandle(hkey, (handle) => {
      const refusal = checkWrite(handle.acl, handle.mode);
      if (refusal < 0) return given(refusal);
      if (!isPosition(handle, offset)) return given(CfstoreError.INVALID_SEEK);
      handle.writeAt = offset;
      handle.seeks = true;
      return given(0);
    });
  }

  // --- Closing ---------------------------------------------------------------------------------

  close(hkey: Hkey): Steps<Status> {
    return this.withHandle(hkey, (handle) => this.closeNow(hkey, handle));
  }

  abandon(hkey: Hkey): Steps<Status> {
    return this.withHandle(hkey, (handle) => this.closeNow(hkey, handle, false));
  }

  private *closeNow(hkey: Hkey, handle: Handle, commits = true): Steps<Status> {
    const { handles } = this;
    const { kvid, writer } = handle;
    const isDeleting = handles.isDeleting(kvid);
    const isLast = handles.countOf(kvid) === 1;
    handles.remove(hkey);
    if (writer !== undefined && commits) writer.isWanted = true;
    if (isLast && isDeleting) yield* this.deleteNow(kvid, writer);
    else if (writer !== undefined && (writer.handles -= 1) === 0) yield* this.finish(writer);
    // What goes with its last handle does so whichever of them said so.
    if (isDeleting && !isLast) this.passOn(kvid);
    const flushes = commits && handle.mode.flushOnClose === true && handles.count === 0;
    return flushes ? yield* this.flushNow() : 0;
  }

  private *finish(writer: Writer): Steps<void> {
    const { writers, config } = this;
    const isNew = writer.isTouched || !config.mode.dropsUntouched;
    if (writer.isWanted && isNew) yield* writers.commit(writer);
    else yield* writers.drop(writer);
  }

  /** The last handle is gone: so is the key, and what was being written. */
  private *deleteNow(kvid: number, writer: Writer | undefined): Steps<void> {
    const newest = yield* this.records.newest(ofKey(kvid));
    if (newest !== undefined) yield* this.writers.remove(newest);
    if (writer !== undefined) yield* this.writers.drop(writer);
  }

  private passOn(kvid: number): void {
    for (const handle of this.handles.all()) if (handle.kvid === kvid) handle.deletes = true;
  }

  /** NO_WRITE_PERMISSION: the key may not be written. */
  delete(hkey: Hkey): Steps<Status> {
    return this.withHandle(hkey, (handle) => {
      const refusal = checkOpen(handle.acl, { write: true });
      if (refusal === 0) handle.deletes = true;
      return given(refusal);
    });
  }

  // --- All keys --------------------------------------------------------------------------------

  find(query: string, previous?: Hkey): Steps<Status> {
    return this.guarded(() => this.findNow(query, previous));
  }

  /** Goes on behind the record of the previous handle: the snapshot first, then the delta. */
  private *findNow(query: string, previous: Hkey | undefined): Steps<Status> {
    const refusal = checkPattern(query);
    if (refusal < 0) return refusal;
    let from: Entry | undefined;
    if (previous !== undefined) {
      const handle = this.handles.at(previous);
      if (handle === undefined) return CfstoreError.INVALID_HANDLE;
      from = handle.entry ?? handle.writer?.record;
      yield* this.closeNow(previous, handle);
    }
    const { snapshot, delta } = this.journal;
    const isInDelta = from !== undefined && from.slot === delta?.slot;
    for (const live of isInDelta ? [delta] : [snapshot, delta]) {
      if (live === undefined) continue;
      const isFrom = from !== undefined && from.slot === live.slot;
      const cursor = cursorOf(live, isFrom && from !== undefined ? this.behind(from) : live.start);
      for (;;) {
        const entry = yield* this.records.nextLive(cursor, FULL);
        if (entry === undefined) break;
        if (yield* this.isFound(entry, query)) return this.add(entry, READ_ONLY, undefined);
      }
    }
    return CfstoreError.KEY_NOT_FOUND;
  }

  private behind({ at, header }: Entry): number {
    return at + this.journal.format.sizeOf(header);
  }

  private *isFound(entry: Entry, query: string): Steps<boolean> {
    const { kvid, flags } = entry.header;
    if (this.handles.isDeleting(kvid) || checkOpen(flags, READ_ONLY) < 0) return false;
    return fits(textOf(yield* this.records.nameOf(entry)), query);
  }

  /** OPERATION_PENDING: a key is open. */
  flush(): Steps<Status> {
    return this.guarded(() => this.flushNow());
  }

  private *flushNow(): Steps<Status> {
    const { journal, handles } = this;
    if (handles.count > 0) return CfstoreError.OPERATION_PENDING;
    const { snapshot, delta } = journal;
    const used = snapshot === undefined ? 0 : snapshot.end - snapshot.start;
    if (delta === undefined && used === journal.liveBytes) return 0;
    return yield* flushSlots(this.records);
  }

  // --- What is there ---------------------------------------------------------------------------

  *keyName(hkey: Hkey): Steps<string | Status> {
    const handle = this.handles.at(hkey);
    const entry = handle?.writer?.record ?? handle?.entry;
    if (!this.isOn || entry === undefined) return CfstoreError.INVALID_HANDLE;
    return textOf(yield* this.records.nameOf(entry));
  }

  valueLength(hkey: Hkey): Steps<Status> {
    return this.withHandle(hkey, (handle) => given(lengthOf(handle)));
  }

  /** All of it is there from the begin; nothing grows. */
  ram(): RamMeter {
    const { kvbufs, handles, writers, window } = this.config;
    return {
      kvbufs: kvbufs.count * kvbufs.size,
      handles: handles * HANDLE_BYTES + writers * WRITER_BYTES,
      state: STATE_BYTES + window,
      heap: 0,
    };
  }
}

/** A version that is to be written. */
interface Version {
  readonly name: Uint8Array;
  readonly valueLength: number;
  readonly acl: number;
  readonly base?: Entry;
  readonly isResized?: boolean;
}

/** Bytes of the value that a handle sees. */
function lengthOf({ writer, entry }: Handle): number {
  return (writer?.record ?? entry)?.header.valueLength ?? 0;
}

function isPosition(handle: Handle, offset: number): boolean {
  return Number.isInteger(offset) && offset >= 0 && offset <= lengthOf(handle);
}

function bytesOf(name: string): Uint8Array {
  return Uint8Array.from(name, (letter) => letter.charCodeAt(0));
}

function textOf(name: Uint8Array): string {
  return String.fromCharCode(...name);
}

function* given<T>(value: T): Steps<T> {
  return value;
}
