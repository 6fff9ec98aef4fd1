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
import type { CfstoreConfig } from './config.ts';
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
import { checkPattern } from './names.ts';
import { Opening, textOf } from './opening.ts';
import { checkOpen, checkRead, checkWrite, openMode } from './permissions.ts';
import { Records, ofKey } from './records.ts';
import { start } from './recovery.ts';
import { LinearAddresses, type SlotAddresses } from './slot-addresses.ts';
import { WRITER_BYTES, Writers, type Writer } from './writer.ts';

/** Bytes in RAM of the slots in use, of the numbers that come next, of a place and a header under way. */
const STATE_BYTES = 128;

/** The store. */
export class Cfstore implements CfstoreDriver {
  readonly journal: Journal;
  readonly records: Records;
  private readonly writers: Writers;
  private readonly handles: Handles;
  private readonly opening: Opening;
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
    this.opening = new Opening(this.records, this.writers, this.handles);
  }

  /** Whether it was the flash that failed, when an operation ended with JOURNAL_FAILED. */
  get hasFlashFailed(): boolean {
    return this.journal.flash.failed !== undefined;
  }

  *initialize(): Steps<Status> {
    this.forget();
    this.journal.flash.failed = undefined;
    const status = yield* start(this.records);
    this.journal.flash.forget();
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
    this.handles.clear();
  }

  /** Does an operation, and says when the flash failed meanwhile, or before. */
  private *guarded(operation: () => Steps<Status>): Steps<Status> {
    if (!this.isOn) return CfstoreError.UNINITIALISED;
    const status = this.hasFlashFailed ? 0 : yield* operation();
    this.journal.flash.forget();
    return this.hasFlashFailed ? CfstoreError.JOURNAL_FAILED : status;
  }

  // --- Opening ---------------------------------------------------------------------------------

  create(name: string, valueLength: number, descriptor?: KeyDescriptor): Steps<Status> {
    return this.guarded(() => this.opening.create(name, valueLength, descriptor));
  }

  open(name: string, mode: FileMode): Steps<Status> {
    return this.guarded(() => this.opening.open(name, openMode(mode)));
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

  private *closeNow(hkey: Hkey, handle: Handle): Steps<Status> {
    if (handle.writer !== undefined) handle.writer.isWanted = true;
    yield* this.giveBack(hkey, handle);
    const flushes = handle.mode.flushOnClose === true && this.handles.count === 0;
    return flushes ? yield* this.flushNow() : 0;
  }

  abandon(hkey: Hkey): Steps<Status> {
    return this.withHandle(hkey, (handle) => this.giveBack(hkey, handle));
  }

  private *giveBack(hkey: Hkey, handle: Handle): Steps<Status> {
    const { handles } = this;
    const { kvid, writer } = handle;
    const isDeleting = handles.isDeleting(kvid);
    const isLast = handles.countOf(kvid) === 1;
    handles.remove(hkey);
    if (isLast && isDeleting) yield* this.deleteNow(kvid, writer);
    else if (writer !== undefined && (writer.handles -= 1) === 0) yield* this.finish(writer);
    // What goes with its last handle does so whichever of them said so.
    if (isDeleting && !isLast) this.passOn(kvid);
    return 0;
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

  private *findNow(query: string, previous: Hkey | undefined): Steps<Status> {
    const refusal = checkPattern(query);
    if (refusal < 0) return refusal;
    if (previous === undefined) return yield* this.opening.find(query, undefined);
    const handle = this.handles.at(previous);
    if (handle === undefined) return CfstoreError.INVALID_HANDLE;
    const from = handle.entry ?? handle.writer?.record;
    yield* this.closeNow(previous, handle);
    return yield* this.opening.find(query, from);
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
    const name = yield* this.records.nameOf(entry);
    this.journal.flash.forget();
    return textOf(name);
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

/** Bytes of the value that a handle sees. */
function lengthOf({ writer, entry }: Handle): number {
  return (writer?.record ?? entry)?.header.valueLength ?? 0;
}

function isPosition(handle: Handle, offset: number): boolean {
  return Number.isInteger(offset) && offset >= 0 && offset <= lengthOf(handle);
}

function* given<T>(value: T): Steps<T> {
  return value;
}
