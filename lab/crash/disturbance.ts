// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a part does to one cut besides leaving bits unmoved.
 *
 * NON-TOCK: drawn by chance, then plain data that a case can hold.
 */
import type { Random } from '#kernel/random';
import type { PartBehaviour } from '#libraries/store/claim';
import type { CellsStorage } from './cells-storage.ts';
import type { Cells } from './cells.ts';
import type { CutPoint } from './crash-case.ts';
import type { MovingBits } from './moving-bits.ts';
import type { PartOptions } from './parts.ts';

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
  const unmoved = moving.unmoved();
  const before = strayBits(part, random, moving, cells);
  const isWhole = unmoved.size === 0 && moving.total > 0;
  const weak = isWhole && strikes(part.weak, random);
  const unstable = unmoved.size > 0 && strikes(part.unstable, random);
  const behaviours: PartBehaviour[] = before.map(({ behaviour }) => behaviour);
  if (weak) behaviours.push('weak');
  if (unstable) behaviours.push('unstable');
  const extras: Extras = {
    ...(before.length > 0 ? { before: before.map(({ bit }) => bit) } : {}),
    ...(weak ? { after: [moving.flashBit(random.below(moving.total))] } : {}),
    ...(unstable ? { unstable: random.u32() } : {}),
  };
  return new Disturbance(extras, behaviours, cells, unmoved);
}

function strikes(one: number, random: Random): boolean {
  return one > 0 && random.below(one) === 0;
}

/** Bits that flip at a cut though nobody asked for it. */
function strayBits(
  part: PartOptions,
  random: Random,
  moving: MovingBits,
  cells: Cells,
): { readonly behaviour: PartBehaviour; readonly bit: number }[] {
  const stray: { behaviour: PartBehaviour; bit: number }[] = [];
  if (strikes(part.rot, random)) {
    stray.push({ behaviour: 'rot', bit: random.below(cells.words.length * 32) });
  }
  if (moving.count > 0 && strikes(part.wrongWay, random)) {
    const bit = moving.arrivedBit(random);
    if (bit !== undefined) stray.push({ behaviour: 'wrongWay', bit });
  }
  return stray;
}
