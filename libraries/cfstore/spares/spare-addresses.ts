// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Where the bytes of slots are when sectors may fail: each slot by the table that held when its use began.
 *
 * NON-TOCK: a part of `spare-cfstore.ts`. The head of a slot says how many sectors were bad when its use began, and so which table it
 * goes by until it is erased: what is in it stays where it is. All pages are of one size.
 */
import { FlashSteps } from '../../store/flash-steps.ts';
import type { Steps, Storage } from '../../store/storage.ts';
import type { CfstoreConfig, SlotConfig } from '../config.ts';
import type { Place, SlotAddresses } from '../slot-addresses.ts';
import { NONE, SLOT_HEAD, decodeHead, type SlotHead, type SlotKind } from '../slot-format.ts';
import { BadSectors } from './bad-sectors.ts';
import { blocksOf, firstTable, without, type Layout, type SlotTable } from './slot-table.ts';

/** Bytes in RAM of each bad sector and of each sector of a slot. */
const SECTOR_BYTES = 2;

export class SpareAddresses implements SlotAddresses {
  readonly bad: BadSectors;
  private readonly flash: FlashSteps;
  private readonly pageSize: number;
  /** By the number of bad sectors. */
  private tables: SlotTable[];
  /** The table that each slot goes by. */
  private readonly layouts: number[];

  constructor(
    storage: Storage,
    private readonly layout: Layout,
    private readonly config: CfstoreConfig,
  ) {
    this.flash = new FlashSteps(storage);
    this.pageSize = storage.pageSize;
    this.bad = new BadSectors(this.flash, layout.meta);
    this.tables = [firstTable(layout)];
    this.layouts = layout.slots.map(() => 0);
  }

  get count(): number {
    return this.layout.slots.length;
  }

  /** The table by which the use of slots begins now. */
  get newest(): SlotTable {
    return this.tables.at(-1) ?? firstTable(this.layout);
  }

  /** The slots by that table. */
  get slots(): SlotConfig[] {
    return this.layout.slots.map(({ kind }, slot) => ({
      kind,
      blocks: blocksOf(this.newest.slots[slot] ?? []),
    }));
  }

  get isOurs(): boolean {
    return this.bad.sectors.length > 0;
  }

  /** Whether there is somewhere to go on: both snapshots, and a delta. */
  get suffices(): boolean {
    const usable = this.slots.filter((_, slot) => this.isUsable(slot)).map(({ kind }) => kind);
    const snapshots = this.slots.filter(({ kind }) => kind === 'snapshot').length;
    const left = usable.filter((kind) => kind === 'snapshot').length;
    return left === snapshots && usable.includes('delta');
  }

  kindOf(slot: number): SlotKind {
    return this.layout.slots[slot]?.kind ?? 'delta';
  }

  pagesOf(slot: number): readonly number[] {
    return this.tables[this.layouts[slot] ?? 0]?.slots[slot] ?? [];
  }

  sizeOf(slot: number): number {
    return this.pagesOf(slot).length * this.pageSize;
  }

  locate(slot: number, offset: number, place: Place): void {
    const index = Math.floor(offset / this.pageSize);
    place.page = this.pagesOf(slot)[index] ?? 0;
    place.byteOffset = offset % this.pageSize;
    place.left = this.pageSize - place.byteOffset;
  }

  renew(slot: number): number {
    this.layouts[slot] = this.tables.length - 1;
    return this.tables.length - 1;
  }

  isUsable(slot: number): boolean {
    return (this.newest.slots[slot] ?? []).length > 0;
  }

  /** Whether a slot has a bad sector, in which nothing can be programmed any more. */
  isDamaged(slot: number): boolean {
    return this.pagesOf(slot).some((page) => this.bad.sectors.includes(page));
  }

  /** Reads the list, and what each slot goes by. False: the flash could not be read. */
  *load(): Steps<boolean> {
    if (!(yield* this.bad.load())) return false;
    this.tables = [firstTable(this.layout)];
    for (const sector of this.bad.sectors) this.tables.push(without(this.newest, sector));
    return yield* this.adopt();
  }

  /** Takes a sector out of service: whether that is durable. */
  *take(sector: number): Steps<boolean> {
    const known = this.bad.sectors.length;
    if (!(yield* this.bad.add(sector))) return false;
    if (this.bad.sectors.length > known) this.tables.push(without(this.newest, sector));
    return yield* this.adopt();
  }

  /** Finds the newest head of each slot, wherever one may be, and goes by it. */
  private *adopt(): Steps<boolean> {
    for (let slot = 0; slot < this.count; slot++) {
      const firsts = new Set(this.tables.map(({ slots }) => slots[slot]?.[0] ?? -1));
      firsts.delete(-1);
      const heads: SlotHead[] = [];
      for (const page of firsts) {
        const bytes = yield* this.flash.read(page, 0, SLOT_HEAD);
        if (bytes === undefined) return false;
        const head = this.headOf(slot, page, bytes);
        if (head !== undefined) heads.push(head);
      }
      heads.sort((a, b) => b.slotSequence - a.slotSequence);
      this.layouts[slot] = heads[0]?.layout ?? this.tables.length - 1;
    }
    return true;
  }

  /** The head in a sector, if it says that it begins there. */
  private headOf(slot: number, page: number, bytes: Uint8Array): SlotHead | undefined {
    const { wordSize } = this.flash.storage;
    const head = decodeHead(bytes, wordSize, this.config.mode.checksHeaders);
    if (head?.kind !== this.kindOf(slot)) return undefined;
    return this.tables[head.layout ?? NONE]?.slots[slot]?.[0] === page ? head : undefined;
  }

  /** Bytes of RAM: the list, and the sectors of each slot by its own table and by the newest. */
  get ram(): number {
    const pages = this.newest.slots.reduce((sum, each) => sum + each.length, 0);
    return SECTOR_BYTES * (this.bad.sectors.length + 2 * pages + this.newest.pool.length);
  }
}
