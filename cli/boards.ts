// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The boards as the command line sees them.
 *
 * NON-TOCK: the choice of a board is a directory of Tock, not data.
 */
import type { Libtock } from '#apps/libtock/libtock';
import type { Userspace } from '#apps/libtock/userspace';
import { BOARDS as WIRED } from '#boards/index';
import { STORE_PAGES_MOST } from '#boards/nrf52840dk/memory';
import { NRF52840_FLASH } from '#chips/nrf52/timing';
import { NorFlash } from '#chips/silicon/nor-flash';
import type { Profile } from '#kernel/profile';
import type { Trace } from '#kernel/trace';
import type { Machine } from '#lab/run/machine';

/** A process's entry point. */
export type Main = (tock: Libtock) => Userspace<number>;

/** What the command line asks of a board. */
export interface BoardOptions {
  readonly profile?: Profile;
  readonly trace?: Trace;
  /** Cells from an earlier power-on, or with an image in them. */
  readonly flash?: NorFlash;
  readonly epochMilliseconds?: number;
  readonly hil?: Hil;
  readonly storePages?: number;
  readonly seed?: number;
  readonly onConsole?: (bytes: Uint8Array) => void;
}

/** Which flash interface the store driver is handed. */
export type Hil = (typeof HILS)[number];
/** All of them, by the names to type. */
export const HILS = ['byte', 'blocking'] as const;

/** A board that can be chosen. */
export interface BoardEntry {
  readonly description: string;
  /** Powers it on. */
  boot(options: BoardOptions): Machine<NorFlash, Main>;
}

/** Every board by name. */
export const BOARDS: Readonly<Record<string, BoardEntry>> = WIRED;

/** Pages that the store may take on every board there is. */
export const STORE_PAGES = { least: 3, most: STORE_PAGES_MOST } as const;

/** A fresh part of the kind that every board there is has. */
export function freshPart(): NorFlash {
  return new NorFlash(NRF52840_FLASH);
}
