// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What TicKV does as upstream does it, and what not: one algorithm, and a flag for each known defect.
 *
 * NON-TOCK: upstream has one way of doing things, that of `LITERAL`.
 */

/** Upstream's defects, and where this store does without. */
export interface Mode {
  /** Objects begin at whole words. Without, the end of one and the begin of the next share a word. */
  readonly aligns: boolean;
  /** A lookup goes on behind a region that is full. Without, what went to a neighbour is not found. */
  readonly searchesBehindFull: boolean;
  /** A lookup goes on behind a region that is blank. Without, collecting a key's home region hides it, or brings it back. */
  readonly searchesBehindBlank: boolean;
  /** Room is room for the checksum too. Without, 1 to 3 bytes too few end in ObjectTooLarge, and the buffer is lost. */
  readonly countsChecksum: boolean;
  /** A boot repairs what a cut left, and refuses flash of others. Without, it erases all that has no super key. */
  readonly repairs: boolean;
  /** A region is marked before it is erased, and the super key leaves a region that would else never be. */
  readonly marks: boolean;
  /** An update appends, then invalidates. Without, the other way round, and a cut between them loses the key. */
  readonly appendsFirst: boolean;
}

/** The name of a flag. */
export type ModeFlag = keyof Mode;

/** As upstream has it. */
export const LITERAL: Mode = {
  aligns: false,
  searchesBehindFull: false,
  searchesBehindBlank: false,
  countsChecksum: false,
  repairs: false,
  marks: false,
  appendsFirst: false,
};

/** Without the defects. */
export const HARDENED: Mode = {
  aligns: true,
  searchesBehindFull: true,
  searchesBehindBlank: true,
  countsChecksum: true,
  repairs: true,
  marks: true,
  appendsFirst: true,
};

/** Programs of a word between two erasures: of an object, its end, or its successor's begin; and of the valid flag. */
export function programsPerWord({ aligns }: Mode): number {
  return aligns ? 2 : 3;
}
