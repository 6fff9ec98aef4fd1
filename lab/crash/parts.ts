// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What real flash parts do besides losing power, as plain options.
 *
 * NON-TOCK: each is off by default; the laboratory judges a store by what it claims to survive.
 */
import type { PartBehaviour } from '#libraries/store/claim';

/** Misbehaviour of parts, each as what happens. */
export const PART_BEHAVIOURS = {
  unstable: 'cells that a cut left half moved read differently each time, until written again',
  weak: 'words that a cut operation did reach lose a bit again at a later power-on',
  rot: 'a bit anywhere falls from one to zero, or back, while the power is off',
  failures: 'a program or erase does nothing or a part of its work, and reports failure',
  badPages: 'pages whose programs and erases all fail',
  wrongWay: 'a cut operation also moves bits the other way',
} as const satisfies Record<PartBehaviour, string>;

/** Every name. */
export const ALL_BEHAVIOURS = Object.keys(PART_BEHAVIOURS) as readonly PartBehaviour[];

/** How a part misbehaves. Chances are "one in so many"; 0 is never. */
export interface PartOptions {
  /** Of cuts: the bits that had not settled read at random. */
  readonly unstable: number;
  /** Of cuts whose bits had all moved: one of them falls back after the recovery. */
  readonly weak: number;
  /** Of cuts: one bit anywhere flips before the recovery. */
  readonly rot: number;
  /** Of programs and erases. */
  readonly failures: number;
  /** Pages by number. */
  readonly badPages: readonly number[];
  /** Of cuts: one bit moves against the operation. */
  readonly wrongWay: number;
}

/** A part that does nothing but what its sheet says. */
export const SOUND_PART: PartOptions = {
  unstable: 0,
  weak: 0,
  rot: 0,
  failures: 0,
  badPages: [],
  wrongWay: 0,
};

/** What a part does of the list. */
export function behavioursOf(part: PartOptions): PartBehaviour[] {
  return ALL_BEHAVIOURS.filter(
    (name) => (name === 'badPages' ? part.badPages.length : part[name]) > 0,
  );
}
