// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CFSTORE as it was: all keys in one block of the heap, all of it written at a flush, and lost without one.
 *
 * NON-TOCK: mbed's `configuration_store.c` over its flash journal; the baseline for the store without that limit. What is written to a key is
 * in RAM at once, for all readers; nothing is durable before the flush.
 */
import {
  CfstoreError,
  LONGEST_VALUE,
  type CfstoreDriver,
  type FileMode,
  type Hkey,
  type KeyDescriptor,
  type RamMeter,
  type Status,
} from '../driver.ts';
import { checkName, checkPattern, fits } from '../names.ts';
import {
  aclOf,
  checkDescriptor,
  checkOpen,
  checkRead,
  checkWrite,
  createMode,
  openMode,
} from '../permissions.ts';
import { FlashSteps } from '../../store/flash-steps.ts';
import type { Steps, Storage } from '../../store/storage.ts';
import { Area, MOST_HANDLES, sizeOf } from './area.ts';
import { HANDLES, HANDLE_SIZE, Handles, type Handle } from './handles.ts';
import { JOURNAL_RAM, Journal } from './journal.ts';
import type { HeapMode } from './mode.ts';

/** Bytes of RAM besides the journal's: the place and length of the block, and flags. */
const CONTEXT = 16;

/** An open key that is there. */
interface Opened {
  readonly area: Area;
  readonly handle: Handle;
}

export class HeapCfstore implements CfstoreDriver {
  private readonly unit: number;
  private journal: Journal;
  private handles = new Handles();
  /** Undefined: not initialised. */
  private area: Area | undefined;
  private isDirty = false;
  private isFlushDue = false;

  constructor(
    private readonly storage: Storage,
    private readonly mode: HeapMode,
  ) {
    this.unit = storage.wordSize;
    this.journal = this.newJournal();
  }

  private newJournal(): Journal {
    return new Journal(new FlashSteps(this.storage), this.mode.mindsFailures);
  }

  *initialize(): Steps<Status> {
    this.forget();
    this.journal = this.newJournal();
    const image = yield* this.journal.open();
    if (image === undefined) return CfstoreError.JOURNAL_FAILED;
    const area = new Area(image);
    const rest = area.trim();
    const isPadding = rest.length < this.unit && rest.every((byte) => byte === 0);
    if (this.mode.forgetsHandles) {
      // What has passed the CRC and makes no sense was written by somebody else.
      if (!isPadding) return CfstoreError.JOURNAL_FAILED;
      area.forgetHandles();
    }
    this.area = area;
    return 0;
  }

  *uninitialize(): Steps<Status> {
    if (this.area === undefined) return CfstoreError.UNINITIALISED;
    this.forget();
    return 0;
  }

  private forget(): void {
    this.area = undefined;
    this.handles = new Handles();
    this.isDirty = false;
    this.isFlushDue = false;
  }

  *create(name: string, valueLength: number, descriptor?: KeyDescriptor): Steps<Status> {
    const { area } = this;
    if (area === undefined) return CfstoreError.UNINITIALISED;
    const status = checkName(name);
    if (status < 0) return status;
    if (valueLength > LONGEST_VALUE) return CfstoreError.INVALID_VALUE_SIZE;
    const head = area.find(name, this.mode.seesDeleted);
    if (head === undefined) return this.createNew(area, name, valueLength, descriptor);
    if (area.isDeletedAt(head)) return CfstoreError.PREEXISTING_KEY_DELETED;
    if (descriptor !== undefined) return CfstoreError.PREEXISTING_KEY;
    return this.resize(area, head, valueLength);
  }

  private createNew(
    area: Area,
    name: string,
    valueLength: number,
    descriptor?: KeyDescriptor,
  ): Status {
    const status = checkDescriptor(descriptor);
    if (status < 0 || descriptor === undefined) return status;
    const mode = createMode(descriptor);
    if (this.asksTooMuch(mode)) return CfstoreError.NOT_SUPPORTED;
    const refusal = this.refusal(area, sizeOf(name.length, valueLength));
    if (refusal < 0) return refusal;
    this.isDirty = true;
    return this.openAt(area, area.append({ name, acl: aclOf(descriptor), valueLength }), mode);
  }

  private resize(area: Area, head: number, valueLength: number): Status {
    const mode = { read: true, write: true };
    const growth = valueLength - area.valueLengthAt(head);
    // As mbed has it: success, and no handle.
    if (growth === 0 && !this.mode.opensAtSameLength) return 0;
    const status = this.mode.asksMode ? checkOpen(area.aclAt(head), { write: true }) : 0;
    if (status < 0) return status;
    const refusal = this.refusal(area, growth);
    if (refusal < 0) return refusal;
    if (area.handlesAt(head) >= MOST_HANDLES) return CfstoreError.HANDLE_COUNT_MAX;
    this.handles.moved(head, area.resize(head, valueLength));
    this.handles.resized(head, valueLength);
    this.isDirty = true;
    return this.openAt(area, head, mode);
  }

  /** Why the area may not grow by so many bytes, or no handle is to be had. */
  private refusal(area: Area, growth: number): Status {
    const length = area.length + growth;
    if (this.mode.boundsArea && growth > 0 && length > this.journal.slots.capacity) {
      return CfstoreError.OUT_OF_MEMORY;
    }
    return this.handles.isFull ? CfstoreError.HANDLE_COUNT_MAX : 0;
  }

  private asksTooMuch({ flushOnClose = false }: FileMode): boolean {
    return flushOnClose && !this.mode.flushesOnClose;
  }

  private openAt(area: Area, head: number, mode: FileMode): Status {
    const handles = area.handlesAt(head);
    if (handles >= MOST_HANDLES || this.handles.isFull) return CfstoreError.HANDLE_COUNT_MAX;
    area.setHandlesAt(head, handles + 1);
    return this.handles.add(head, mode);
  }

  *open(name: string, asked: FileMode): Steps<Status> {
    const { area } = this;
    if (area === undefined) return CfstoreError.UNINITIALISED;
    const status = checkName(name);
    if (status < 0) return status;
    if (this.asksTooMuch(asked)) return CfstoreError.NOT_SUPPORTED;
    const head = area.find(name, this.mode.seesDeleted);
    if (head === undefined) return CfstoreError.KEY_NOT_FOUND;
    if (area.isDeletedAt(head)) return CfstoreError.PREEXISTING_KEY_DELETED;
    const mode = openMode(asked);
    const refusal = checkOpen(area.aclAt(head), mode);
    return refusal < 0 ? refusal : this.openAt(area, head, mode);
  }

  /** The open key of a number, or why there is none. */
  private opened(hkey: Hkey): Opened | Status {
    const { area } = this;
    if (area === undefined) return CfstoreError.UNINITIALISED;
    const handle = this.handles.get(hkey);
    if (handle === undefined || !area.isWhole(handle.head)) return CfstoreError.INVALID_HANDLE;
    return { area, handle };
  }

  *read(hkey: Hkey, data: Uint8Array): Steps<Status> {
    const opened = this.opened(hkey);
    if (typeof opened === 'number') return opened;
    const { area, handle } = opened;
    const acl = area.aclAt(handle.head);
    const status = this.mode.asksMode
      ? checkRead(acl, handle.mode)
      : checkOpen(acl, { read: true });
    if (status < 0) return status;
    const left = area.valueLengthAt(handle.head) - handle.readAt;
    const bytes = area.read(handle.head, handle.readAt, Math.min(data.length, Math.max(0, left)));
    data.set(bytes);
    handle.readAt += bytes.length;
    return bytes.length;
  }

  *write(hkey: Hkey, data: Uint8Array): Steps<Status> {
    const opened = this.opened(hkey);
    if (typeof opened === 'number') return opened;
    const { area, handle } = opened;
    const status = checkWrite(area.aclAt(handle.head), handle.mode);
    if (status < 0) return status;
    // As mbed has it, the second write of a value may go on over the keys behind it.
    const begin = this.mode.boundsWrites ? handle.writeAt : 0;
    const count = Math.min(data.length, area.valueLengthAt(handle.head) - begin);
    area.write(handle.head, handle.writeAt, data.subarray(0, count));
    handle.writeAt += count;
    this.isDirty = true;
    return count;
  }

  *rseek(hkey: Hkey, offset: number): Steps<Status> {
    const opened = this.opened(hkey);
    if (typeof opened === 'number') return opened;
    const { area, handle } = opened;
    const status = checkRead(area.aclAt(handle.head), handle.mode);
    if (status < 0) return status;
    if (offset < 0 || offset > area.valueLengthAt(handle.head)) return CfstoreError.INVALID_SEEK;
    handle.readAt = offset;
    return offset;
  }

  *wseek(hkey: Hkey): Steps<Status> {
    const opened = this.opened(hkey);
    return typeof opened === 'number' ? opened : CfstoreError.NOT_SUPPORTED;
  }

  *close(hkey: Hkey): Steps<Status> {
    const opened = this.opened(hkey);
    if (typeof opened === 'number') return opened;
    this.closeAt(hkey, opened);
    if (!this.isFlushDue || !this.handles.isEmpty) return 0;
    return yield* this.flush();
  }

  /** What was written is in RAM already, for all to see: it stays, and the next flush makes it durable. */
  *abandon(hkey: Hkey): Steps<Status> {
    const opened = this.opened(hkey);
    if (typeof opened === 'number') return opened;
    this.closeAt(hkey, { ...opened, handle: { ...opened.handle, mode: {} } });
    return 0;
  }

  /** Gives a handle back; a key that is deleted goes with its last one. How many bytes moved up, and behind what place. */
  private closeAt(hkey: Hkey, { area, handle: { head, mode } }: Opened): number {
    if (mode.flushOnClose === true) this.isFlushDue = true;
    const handles = area.handlesAt(head) - 1;
    area.setHandlesAt(head, handles);
    this.handles.remove(hkey);
    if (handles > 0 || !area.isDeletedAt(head)) return 0;
    const removed = area.remove(head);
    this.handles.moved(head, -removed);
    return removed;
  }

  *delete(hkey: Hkey): Steps<Status> {
    const opened = this.opened(hkey);
    if (typeof opened === 'number') return opened;
    opened.area.markDeleted(opened.handle.head);
    this.isDirty = true;
    return 0;
  }

  *find(query: string, previous?: Hkey): Steps<Status> {
    const { area } = this;
    if (area === undefined) return CfstoreError.UNINITIALISED;
    const status = checkPattern(query);
    if (status < 0) return status;
    if (previous === undefined) return this.openFound(area, this.next(area, query, -1));
    const opened = this.opened(previous);
    if (typeof opened === 'number') return opened;
    const next = this.next(area, query, opened.handle.head);
    const removed = this.closeAt(previous, opened);
    return this.openFound(area, next === undefined ? undefined : next - removed);
  }

  private openFound(area: Area, head: number | undefined): Status {
    if (head === undefined) return CfstoreError.KEY_NOT_FOUND;
    return this.openAt(area, head, this.mode.foundMode);
  }

  /** The first key behind a place that fits, may be read, and is not being deleted. */
  private next(area: Area, query: string, behind: number): number | undefined {
    for (const head of area.heads()) {
      if (head <= behind || area.isDeletedAt(head)) continue;
      const mayRead = checkOpen(area.aclAt(head), { read: true }) === 0;
      if (mayRead && fits(area.nameAt(head), query)) return head;
    }
    return undefined;
  }

  *flush(): Steps<Status> {
    const { area, mode } = this;
    if (area === undefined) return CfstoreError.UNINITIALISED;
    if (mode.flushesClosedOnly && !this.handles.isEmpty) return CfstoreError.OPERATION_PENDING;
    this.isFlushDue = false;
    if (!this.isDirty) return 0;
    const image = area.image(this.unit);
    if (image.length > this.journal.slots.capacity) return CfstoreError.JOURNAL_FAILED;
    const isLogged = image.length > 0 || mode.logsEmpty;
    if (isLogged && !(yield* this.journal.log(image))) return CfstoreError.JOURNAL_FAILED;
    this.isDirty = false;
    return 0;
  }

  *keyName(hkey: Hkey): Steps<string | Status> {
    const opened = this.opened(hkey);
    return typeof opened === 'number' ? opened : opened.area.nameAt(opened.handle.head);
  }

  *valueLength(hkey: Hkey): Steps<Status> {
    const opened = this.opened(hkey);
    return typeof opened === 'number' ? opened : opened.area.valueLengthAt(opened.handle.head);
  }

  ram(): RamMeter {
    const units = Math.ceil((this.area?.length ?? 0) / this.unit);
    return {
      kvbufs: 0,
      handles: HANDLES * HANDLE_SIZE,
      state: CONTEXT + JOURNAL_RAM,
      heap: units * this.unit,
    };
  }
}
