// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a part does to one cut besides leaving bits unmoved.
 *
 * NON-TOCK: drawn by chance, then plain data that a case can hold.
 */
import type { Random } from '#kernel/random';
import type { CellsStorage } from './cells-storage.ts';
import type { Cells } from './cells.ts';
import type { CutPoint } from './crash-case.ts';
import type { MovingBits } from './moving-bits.ts';
import type { PartBehaviour, PartOptions } from './parts.ts';

/** The part of a cut point that a sound part leaves out. */
export type Extras = Pick<CutPoint, 'before' | 'after' | 'unstable'>;

/** What happens besides at one cut. */
export class Disturbance {
  constructor(
    readonly point: Extras,
    readonly behaviours: readonly PartBehaviour[],
    private readonly cells?: Cells,
    private readonly unmoved: ReadonlyMap<number, number> = new Map(),
  ) {}

  /** Just after the cut: bits flip, and those that had not moved become unstable. */
  strike(storage: CellsStorage): void {
    const { before = [], unstable } = this.point;
    if (this.cells !== undefined) flip(this.cells, before);
    storage.unsettle(unstable === undefined ? new Map() : this.unmoved, unstable ?? 0);
  }

  /** After the recovery: says whether bits fell back, so that the store must boot again. */
  fallBack(cells: Cells): boolean {
    const { after = [] } = this.point;
    flip(cells, after);
    return after.length > 0;
  }
}

/** Nothing besides. */
export const NO_DISTURBANCE = new Disturbance({}, []);

/** Flips bits of the flash, numbered from its begin. */
export function flip(cells: Cells, bits: readonly number[]): void {
  for (const bit of bits) {
    const index = Math.floor(bit / 32) % cells.words.length;
    cells.put(index, (cells.words[index] ?? 0) ^ (1 << (bit & 31)), 0);
  }
}

/** Draws what happens at a cut whose bits have just moved. */
export function disturbance(
  part: PartOptions,
  random: Random,
  moving: MovingBits,
  cells: Cells,
): Disturbance {
  const strikes = (one: number): boolean => one > 0 && random.below(one) === 0;
  const behaviours: PartBehaviour[] = part.badPages.length > 0 ? ['badPages'] : [];
  const before: number[] = [];
  const after: number[] = [];
  let extras: Extras = {};
  if (strikes(part.rot)) {
    behaviours.push('rot');
    before.push(random.below(cells.words.length * 32));
  }
  if (moving.count > 0 && strikes(part.wrongWay)) {
    const bit = moving.arrivedBit(random);
    if (bit !== undefined) {
      behaviours.push('wrongWay');
      before.push(bit);
    }
  }
  const unmoved = moving.unmoved();
  if (unmoved.size > 0 && strikes(part.unstable)) {
    behaviours.push('unstable');
    extras = { ...extras, unstable: random.u32() };
  }
  if (unmoved.size === 0 && moving.total > 0 && strikes(part.weak)) {
    behaviours.push('weak');
    after.push(moving.flashBit(random.below(moving.total)));
  }
  if (before.length > 0) extras = { ...extras, before };
  if (after.length > 0) extras = { ...extras, after };
  return new Disturbance(extras, behaviours, cells, unmoved);
}
