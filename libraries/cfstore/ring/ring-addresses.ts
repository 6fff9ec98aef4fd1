// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Deltas as rings: the bytes of each begin at one of some 64 places of its slot, chosen by chance, and go on at its begin
 * behind its end.
 *
 * NON-TOCK: the design's "slots as ring buffers" with its first bit, a sketch there. What tells the first record is the head of the
 * slot, which moves with it: a start looks for it at each of the places. Snapshots stay as they are.
 */
import type { Random } from '#kernel/random';
import type { Geometry, Steps, Storage } from '../../store/storage.ts';
import type { SlotConfig } from '../config.ts';
import { LinearAddresses, type Place } from '../slot-addresses.ts';
import { SlotFlash } from '../slot-flash.ts';
import { SLOT_HEAD, decodeHead } from '../slot-format.ts';

/** Places at which a delta may begin, where it has so many units. */
export const PLACES = 64;

/** Makes the chance for the use of a slot that begins under a number: the same one each time, so that a run can be done again. */
export type ChanceOf = (slotSequence: number) => Random;

export class RingAddresses extends LinearAddresses {
  private readonly unit: number;
  /** Where each slot begins, bytes. */
  private readonly shifts: number[];

  constructor(
    geometry: Geometry,
    slots: readonly SlotConfig[],
    private readonly chanceOf: ChanceOf,
  ) {
    super(geometry, slots);
    this.unit = geometry.wordSize;
    this.shifts = slots.map(() => 0);
  }

  /** Bytes from one place to the next. */
  stepOf(slot: number): number {
    const units = Math.floor(this.sizeOf(slot) / this.unit);
    return Math.max(1, Math.floor(units / PLACES)) * this.unit;
  }

  private placesOf(slot: number): number {
    return Math.min(PLACES, Math.floor(this.sizeOf(slot) / this.stepOf(slot)));
  }

  override locate(slot: number, offset: number, place: Place): void {
    super.locate(slot, (offset + (this.shifts[slot] ?? 0)) % this.sizeOf(slot), place);
  }

  renew(slot: number, slotSequence: number): number | undefined {
    if (this.kindOf(slot) === 'snapshot') return undefined;
    const place = this.chanceOf(slotSequence).below(this.placesOf(slot));
    this.shifts[slot] = place * this.stepOf(slot);
    return place;
  }

  /** Looks for the head of each delta. False: the flash could not be read. */
  *load(storage: Storage, isHardened: boolean): Steps<boolean> {
    const flash = new SlotFlash(storage, this);
    for (let slot = 0; slot < this.count; slot++) {
      if (this.kindOf(slot) === 'snapshot') continue;
      let [newest, shift] = [-1, 0];
      for (let place = 0; place < this.placesOf(slot); place++) {
        this.shifts[slot] = place * this.stepOf(slot);
        const head = decodeHead(yield* flash.read(slot, 0, SLOT_HEAD), this.unit, isHardened);
        if (head?.kind !== 'delta' || head.layout !== place) continue;
        if (head.slotSequence > newest)
          [newest, shift] = [head.slotSequence, place * this.stepOf(slot)];
      }
      this.shifts[slot] = shift;
    }
    return flash.failed === undefined;
  }
}
