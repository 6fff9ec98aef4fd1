// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CFSTORE on a flash whose sectors fail: what fails is taken out of service, and everything moves to where it can be written.
 *
 * NON-TOCK: the design's section on wear, which ends where a sector has failed. From there on, here:
 *
 * 1. The sector is added to the list of bad ones. What it held can still be read.
 * 2. If a slot in use has it, nothing is added to that slot any more, nor deleted in it. All keys are copied into a new snapshot, whose slot
 *    leaves the sector out. A failure in that is the begin of the next round.
 * 3. The operation that failed says so, and every handle is closed. Whoever does it again finds a store that works.
 *
 * Where there is nothing to move to, or the failure cannot be noted, the store can still be read, and refuses all else with OUT_OF_MEMORY.
 */
import type { Steps, Storage } from '../../store/storage.ts';
import { Cfstore } from '../cfstore.ts';
import type { CfstoreConfig, SlotConfig } from '../config.ts';
import {
  CfstoreError,
  type CfstoreDriver,
  type FileMode,
  type Hkey,
  type KeyDescriptor,
  type RamMeter,
  type Status,
} from '../driver.ts';
import { flushSlots } from '../flush.ts';
import { start } from '../recovery.ts';
import type { Layout } from './slot-table.ts';
import { SpareAddresses } from './spare-addresses.ts';

export class SpareCfstore implements CfstoreDriver {
  readonly addresses: SpareAddresses;
  /** How often something failed and was repaired, or given up, since the store was made. */
  repairs = 0;
  /** Whether it can be read only. */
  isReadOnly = false;
  private store: Cfstore;

  constructor(
    private readonly storage: Storage,
    layout: Layout,
    private readonly config: CfstoreConfig,
  ) {
    this.addresses = new SpareAddresses(storage, layout, config);
    this.store = this.newStore();
  }

  /** A store by the newest table. With `isQuiet`: one that repairs nothing, and so writes nothing when it starts. */
  private newStore(isQuiet = false): Cfstore {
    const { storage, config, addresses } = this;
    const mode = isQuiet ? { ...config.mode, cleans: false } : config.mode;
    return new Cfstore(storage, { ...config, mode, slots: this.slotsToFill }, addresses);
  }

  /** The slots by the newest table; without spares a sector less in each snapshot, so that one more may fail. */
  private get slotsToFill(): SlotConfig[] {
    const { slots, newest } = this.addresses;
    if (newest.pool.length > 0) return slots;
    return slots.map((slot) => (slot.kind === 'snapshot' ? shortened(slot) : slot));
  }

  *initialize(): Steps<Status> {
    this.isReadOnly = false;
    if (!(yield* this.addresses.load())) return CfstoreError.JOURNAL_FAILED;
    return yield* this.begin();
  }

  /** Starts the store, and takes out of service whatever fails meanwhile. */
  private *begin(): Steps<Status> {
    for (let round = 0; round <= this.storage.numPages && this.addresses.suffices; round++) {
      const status = yield* this.attempt();
      if (status >= 0) return status;
      if (status === CfstoreError.OUT_OF_MEMORY) break;
      const { failed } = this.store.journal.flash;
      if (failed === undefined) return status;
      if (!(yield* this.addresses.take(failed))) break;
    }
    return yield* this.beginReadOnly();
  }

  private *attempt(): Steps<Status> {
    this.store = this.newStore(true);
    const { journal, records } = this.store;
    yield* journal.find();
    const live = [journal.snapshot, journal.delta].filter((slot) => slot !== undefined);
    if (live.some(({ slot }) => this.addresses.isDamaged(slot))) {
      const status = yield* start(records);
      if (status < 0) return status;
      // Its tail might have to go into the bad sector.
      if (journal.delta !== undefined) journal.delta.closed = true;
      const moved = yield* flushSlots(records);
      if (moved < 0 || journal.flash.failed !== undefined)
        return moved < 0 ? moved : CfstoreError.JOURNAL_FAILED;
    }
    this.store = this.newStore();
    return yield* this.store.initialize();
  }

  private *beginReadOnly(): Steps<Status> {
    this.isReadOnly = true;
    this.store = this.newStore(true);
    return yield* this.store.initialize();
  }

  *uninitialize(): Steps<Status> {
    return yield* this.store.uninitialize();
  }

  /** Does something that may write, and repairs what it shows to have failed. */
  private *guarded(operation: () => Steps<Status>): Steps<Status> {
    if (this.isReadOnly) return CfstoreError.OUT_OF_MEMORY;
    const status = yield* operation();
    const { failed } = this.store.journal.flash;
    if (status !== CfstoreError.JOURNAL_FAILED || failed === undefined) return status;
    this.repairs += 1;
    const isNoted = yield* this.addresses.take(failed);
    const begun = yield* isNoted ? this.begin() : this.beginReadOnly();
    return Math.min(begun, CfstoreError.JOURNAL_FAILED);
  }

  create(name: string, valueLength: number, descriptor?: KeyDescriptor): Steps<Status> {
    return this.guarded(() => this.store.create(name, valueLength, descriptor));
  }

  open(name: string, mode: FileMode): Steps<Status> {
    if (mode.write === true) return this.guarded(() => this.store.open(name, mode));
    return this.store.open(name, this.isReadOnly ? { ...mode, flushOnClose: false } : mode);
  }

  read(hkey: Hkey, data: Uint8Array): Steps<Status> {
    return this.store.read(hkey, data);
  }

  write(hkey: Hkey, data: Uint8Array): Steps<Status> {
    return this.guarded(() => this.store.write(hkey, data));
  }

  rseek(hkey: Hkey, offset: number): Steps<Status> {
    return this.store.rseek(hkey, offset);
  }

  wseek(hkey: Hkey, offset: number): Steps<Status> {
    return this.store.wseek(hkey, offset);
  }

  close(hkey: Hkey): Steps<Status> {
    // What is open then was opened to be read.
    return this.isReadOnly ? this.store.close(hkey) : this.guarded(() => this.store.close(hkey));
  }

  abandon(hkey: Hkey): Steps<Status> {
    return this.isReadOnly
      ? this.store.abandon(hkey)
      : this.guarded(() => this.store.abandon(hkey));
  }

  delete(hkey: Hkey): Steps<Status> {
    return this.guarded(() => this.store.delete(hkey));
  }

  find(query: string, previous?: Hkey): Steps<Status> {
    if (this.isReadOnly) return this.store.find(query, previous);
    return this.guarded(() => this.store.find(query, previous));
  }

  flush(): Steps<Status> {
    return this.guarded(() => this.store.flush());
  }

  keyName(hkey: Hkey): Steps<string | Status> {
    return this.store.keyName(hkey);
  }

  valueLength(hkey: Hkey): Steps<Status> {
    return this.store.valueLength(hkey);
  }

  ram(): RamMeter {
    const { kvbufs, handles, state, heap } = this.store.ram();
    return { kvbufs, handles, state: state + this.addresses.ram, heap };
  }
}

/** A slot without its last sector. */
function shortened({ kind, blocks }: SlotConfig): SlotConfig {
  const last = blocks.at(-1);
  if (last === undefined) return { kind, blocks };
  return { kind, blocks: [...blocks.slice(0, -1), { ...last, pages: last.pages - 1 }] };
}
