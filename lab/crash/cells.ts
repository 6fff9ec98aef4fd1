// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The flash of the laboratory: words, their wear, and a journal that takes back whatever a branch did.
 *
 * NON-TOCK: snapshots cost what a branch changed, not what the flash holds.
 */
import type { Geometry } from '#libraries/persistent-store/storage';

export class Cells {
  constructor(readonly geometry: Geometry) {}
}
