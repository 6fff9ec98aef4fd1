// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The store in the heap as mbed has it, and without its defects: what differs, as data.
 *
 * NON-TOCK: `LITERAL` is as mbed has it; each line of it is a defect that is known there or can be read in the code.
 */
import type { FileMode } from '../driver.ts';

/** In what two such stores may differ. */
export interface HeapMode {
  /** Whether a store without keys is written to flash. */
  readonly logsEmpty: boolean;
  /** Whether a flush notices that the flash failed. */
  readonly mindsFailures: boolean;
  /** Whether a write ends where the value ends, wherever it begins. */
  readonly boundsWrites: boolean;
  /** Whether a key is refused that would make the image too long for a slot. */
  readonly boundsArea: boolean;
  /** Whether a flush is refused while a key is open. */
  readonly flushesClosedOnly: boolean;
  /** Whether counts of handles and deletions under way end with the power. */
  readonly forgetsHandles: boolean;
  /** Whether a key under deletion is in the way of its name. */
  readonly seesDeleted: boolean;
  /** Whether a key that is given the length it has is opened, as by any other length. */
  readonly opensAtSameLength: boolean;
  /** Whether a handle must be readable to be read, and its owner must be allowed to write to resize. */
  readonly asksMode: boolean;
  /** Whether a handle may ask for a flush when it is closed. */
  readonly flushesOnClose: boolean;
  /** The mode of the handles that a search gives. */
  readonly foundMode: FileMode;
}

/** Without the defects. */
export const HARDENED: HeapMode = {
  logsEmpty: true,
  mindsFailures: true,
  boundsWrites: true,
  boundsArea: true,
  flushesClosedOnly: true,
  forgetsHandles: true,
  seesDeleted: true,
  opensAtSameLength: true,
  asksMode: true,
  flushesOnClose: true,
  foundMode: { read: true },
};

/** As mbed has it. The first two are known as configuration-store #17 and mbed-os #3167. */
export const LITERAL: HeapMode = {
  logsEmpty: false,
  mindsFailures: false,
  boundsWrites: false,
  boundsArea: false,
  flushesClosedOnly: false,
  forgetsHandles: false,
  seesDeleted: false,
  opensAtSameLength: false,
  asksMode: false,
  flushesOnClose: false,
  foundMode: {},
};
