// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a chip and its board hand to the wiring that all boards share.
 *
 * NON-TOCK: Tock's components are generic over a chip's types; here a chip is what it implements.
 */
import type { ButtonPin } from '#capsules/core/button';
import type { FlashWindow } from '#capsules/core/virtualizers/virtual-flash';
import type { NorFlash } from '#chips/silicon/nor-flash';
import type { FlashPart } from '#chips/silicon/part';
import type * as hil from '#kernel/hil';
import type { FrontPanel } from '../board.ts';
import type { Chip } from '#kernel/platform/chip';
import type { Random } from '#kernel/random';
import type { Geometry } from '#libraries/store/storage';

/** The HIL implementations of a chip that is powered on. */
export interface ChipParts {
  readonly chip: Chip;
  readonly alarm: hil.time.Alarm;
  readonly uart: hil.uart.Uart;
  readonly leds: readonly hil.led.Led[];
  readonly buttons: readonly ButtonPin[];
  readonly rng: hil.rng.Rng;
  /** Where the CPU sees the first byte of the internal flash. */
  readonly flashBase: number;
  /** The cells of the internal flash, page 0 first. */
  readonly cells: NorFlash;
  /** All of the internal flash. */
  readonly flash: hil.flash.ByteFlash;
  /** A window of it, synchronously. */
  readonly blockingFlash: (window: FlashWindow) => hil.flash.BlockingFlash;
  readonly panel: FrontPanel;
  /** See `Board.powerLoss`. */
  readonly powerLoss: (random: Random) => void;
}

/** Which pages of the flash serve what. */
export interface FlashMap {
  readonly persistentStore: FlashWindow;
  readonly kv: FlashWindow;
  /** Settings of TinyOS. */
  readonly configStorage: FlashWindow;
  readonly nonvolatileStorage: FlashWindow;
  /** For experiments through the flash driver. */
  readonly scratch: FlashWindow;
  readonly cfstore: FlashWindow;
}

const NAMES: Readonly<Record<keyof FlashMap, string>> = {
  persistentStore: 'the store',
  kv: 'the key-value store',
  configStorage: 'the settings',
  nonvolatileStorage: 'the non-volatile storage',
  scratch: 'the flash driver',
  cfstore: 'the configuration store',
};

/** Whose a page is: for a flash that explains what was done to it. */
export function pageNames(map: FlashMap): (page: number) => string {
  const regions = (Object.keys(NAMES) as (keyof FlashMap)[]).map((key) => {
    const { firstPage, pages } = map[key];
    return { firstPage, end: firstPage + pages, name: NAMES[key] };
  });
  return (page) => {
    for (const { firstPage, end, name } of regions) {
      if (page >= firstPage && page < end) return name;
    }
    return 'app flash';
  };
}

/** Some pages of a part, as a store sees them. */
export function geometryOf(part: FlashPart, pages: number): Geometry {
  return {
    wordSize: 4,
    pageSize: part.pageSize,
    numPages: pages,
    maxWordWrites: part.programsPerWord,
    maxPageErases: part.erasesPerPage,
  };
}
