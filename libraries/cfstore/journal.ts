// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The slots in use: the newest snapshot that is committed, the delta that belongs to it, and their numbers.
 *
 * NON-TOCK: the flash journal of the design, with slots of two kinds. A slot belongs to the store by its head, never by what an
 * erasure that was cut left of an older one: a snapshot is the newest by its number, a delta names its snapshot.
 */
import type { Steps, Storage } from '../store/storage.ts';
import type { CfstoreConfig } from './config.ts';
import { TlvFormat, isBlank } from './format.ts';
import type { SlotAddresses } from './slot-addresses.ts';
import { SlotFlash } from './slot-flash.ts';
import {
  NONE,
  SLOT_HEAD,
  decodeHead,
  decodeTail,
  encodeHead,
  encodeTail,
  slotTailSize,
  type SlotHead,
  type SlotKind,
  type SlotTail,
} from './slot-format.ts';

/** A slot in use. */
export interface LiveSlot {
  readonly slot: number;
  readonly slotSequence: number;
  readonly sequenceStart: number;
  /** Where its records begin, and where the room for them ends. */
  readonly start: number;
  readonly limit: number;
  /** Where its last record ends. */
  end: number;
  /** Up to where each header is known to be whole: this power-on has checked it, or has written it. */
  knownTo: number;
  /** Whether its tail is written, or torn: nothing can be added. */
  closed: boolean;
}

/** Notes that the header of a record is whole. */
export function noteWhole(live: LiveSlot, at: number, size: number): void {
  if (live.knownTo === at) live.knownTo = at + size;
}

/** How bytes of a slot's tail are. */
type TailState = 'blank' | 'torn' | SlotTail;

export class Journal {
  readonly flash: SlotFlash;
  readonly format: TlvFormat;
  /** None before a start has found or made one. */
  snapshot: LiveSlot | undefined;
  /** None when nothing was changed since the snapshot. */
  delta: LiveSlot | undefined;
  /** The numbers that come next. */
  nextSlotSequence = 0;
  nextSequence = 0;
  nextKvid = 1;
  /** Bytes and number of the records that a flush would copy. */
  liveBytes = 0;
  liveCount = 0;

  constructor(
    readonly storage: Storage,
    readonly config: CfstoreConfig,
    readonly addresses: SlotAddresses,
  ) {
    this.flash = new SlotFlash(storage, addresses);
    this.format = new TlvFormat(storage.wordSize, config.code.size, config.mode.checksHeaders);
  }

  /** Numbers that records of one slot may have, from its first one on. */
  get quota(): number {
    return Math.floor(this.config.maxSequence / this.addresses.count);
  }

  /** Whether a slot has used up its numbers. */
  hasUsedUp(live: LiveSlot): boolean {
    return this.nextSequence - live.sequenceStart > this.quota;
  }

  /** The slots of a kind. */
  slotsOf(kind: SlotKind): number[] {
    const all = Array.from({ length: this.addresses.count }, (_, slot) => slot);
    return all.filter((slot) => this.addresses.kindOf(slot) === kind);
  }

  // --- Heads and tails -------------------------------------------------------------------------

  private tailSize(): number {
    return slotTailSize(this.format.codeLength, this.format.unit);
  }

  /** The head of a slot; undefined when there is none of the slot's kind. */
  *headOf(slot: number): Steps<SlotHead | undefined> {
    const bytes = yield* this.flash.read(slot, 0, SLOT_HEAD);
    const head = decodeHead(bytes, this.format.unit, this.config.mode.checksHeaders);
    return head?.kind === this.addresses.kindOf(slot) ? head : undefined;
  }

  /** The tail of a slot. */
  *tailOf(slot: number): Steps<TailState> {
    const at = this.addresses.sizeOf(slot) - this.tailSize();
    const bytes = yield* this.flash.read(slot, at, this.tailSize());
    return decodeTail(bytes, this.format.codeLength) ?? (isBlank(bytes) ? 'blank' : 'torn');
  }

  /** A slot in use, as its head has it. */
  live(slot: number, { slotSequence, sequenceStart, first }: SlotHead): LiveSlot {
    const start = first === NONE ? SLOT_HEAD : first;
    const limit = this.addresses.sizeOf(slot) - this.tailSize();
    const places = { start, limit, end: start, knownTo: start };
    return { slot, slotSequence, sequenceStart, ...places, closed: false };
  }

  /** Takes room at the end of a slot for a record that is written next. Its place. */
  take(live: LiveSlot, size: number): number {
    const at = live.end;
    live.end += size;
    noteWhole(live, at, size);
    return at;
  }

  /** Erases the slot of a kind that was in use longest ago, and writes its head. */
  *begin(kind: SlotKind): Steps<LiveSlot> {
    const slot = yield* this.following(kind);
    const { addresses, quota, config } = this;
    // Restarts where numbers are from before the last turn of all slots.
    if (this.nextSequence > (addresses.count - 1) * quota) this.nextSequence = 0;
    const base = kind === 'snapshot' ? NONE : (this.snapshot?.slotSequence ?? NONE);
    const slotSequence = this.nextSlotSequence++;
    const layout = addresses.renew?.(slot, slotSequence);
    const numbers = { slotSequence, sequenceStart: this.nextSequence, base };
    const place = layout === undefined ? {} : { layout };
    const head = { kind, ...numbers, first: NONE, ...place };
    yield* this.flash.erase(slot);
    const bytes = encodeHead(head, this.format.unit, config.mode.checksHeaders);
    yield* this.flash.program(slot, 0, bytes);
    return this.live(slot, head);
  }

  /** The slot of a kind behind the one that was begun last. */
  private *following(kind: SlotKind): Steps<number> {
    const { addresses } = this;
    const slots = this.slotsOf(kind).filter((slot) => addresses.isUsable?.(slot) ?? true);
    let newest = -1;
    if (kind === 'snapshot') newest = slots.indexOf(this.snapshot?.slot ?? -1);
    else {
      let newestSequence = -1;
      for (const [index, slot] of slots.entries()) {
        const { slotSequence = -1 } = (yield* this.headOf(slot)) ?? {};
        if (slotSequence <= newestSequence) continue;
        newest = index;
        newestSequence = slotSequence;
      }
    }
    return slots[(newest + 1) % slots.length] ?? 0;
  }

  /** Writes the tail of a slot: its check is that of the records that it has. */
  *close(live: LiveSlot, check: Uint8Array): Steps<void> {
    const { end: used, slotSequence, slot, limit } = live;
    const bytes = encodeTail({ used, slotSequence, check }, this.format.unit);
    yield* this.flash.program(slot, limit, bytes);
    live.closed = true;
  }

  // --- A start ---------------------------------------------------------------------------------

  /** Finds the slots in use. The tail of the snapshot; undefined when none is committed. */
  *find(): Steps<SlotTail | undefined> {
    this.snapshot = undefined;
    this.delta = undefined;
    this.nextSlotSequence = 0;
    const committed = yield* this.newestSnapshot();
    if (committed === undefined) return undefined;
    const { live, tail } = committed;
    this.snapshot = live;
    for (const slot of this.slotsOf('delta')) {
      const head = yield* this.headOf(slot);
      if (head === undefined) continue;
      this.countSlot(head);
      const isOlder = head.slotSequence <= (this.delta?.slotSequence ?? -1);
      if (head.base !== live.slotSequence || isOlder) continue;
      this.delta = this.live(slot, head);
    }
    if (this.delta !== undefined) {
      const state = yield* this.tailOf(this.delta.slot);
      this.delta.closed = state !== 'blank';
    }
    return tail;
  }

  private *newestSnapshot(): Steps<{ live: LiveSlot; tail: SlotTail } | undefined> {
    let newest: { live: LiveSlot; tail: SlotTail } | undefined;
    for (const slot of this.slotsOf('snapshot')) {
      const head = yield* this.headOf(slot);
      if (head === undefined) continue;
      this.countSlot(head);
      const tail = yield* this.tailOf(slot);
      if (typeof tail === 'string' || tail.slotSequence !== head.slotSequence) continue;
      if (head.slotSequence <= (newest?.live.slotSequence ?? -1)) continue;
      const live = this.live(slot, head);
      live.closed = true;
      live.end = tail.used;
      newest = { live, tail };
    }
    return newest;
  }

  private countSlot({ slotSequence }: SlotHead): void {
    this.nextSlotSequence = Math.max(this.nextSlotSequence, slotSequence + 1);
  }

  /**
   * Whether a flash without a committed snapshot is blank, or was being made this store's when the power went: then only head
   * and tail of the first snapshot may hold anything.
   */
  *isUnused(): Steps<boolean> {
    if (this.addresses.isOurs === true) return true;
    const [first] = this.slotsOf('snapshot');
    for (let slot = 0; slot < this.addresses.count; slot++) {
      const size = this.addresses.sizeOf(slot);
      const isFirst = slot === first;
      const [from, to] = isFirst ? [SLOT_HEAD, size - this.tailSize()] : [0, size];
      if (!(yield* this.flash.isBlank(slot, from, to))) return false;
    }
    return true;
  }
}
