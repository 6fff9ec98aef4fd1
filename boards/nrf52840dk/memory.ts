// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Where things lie on the nRF52840 DK.
 *
 * NON-TOCK: a board's linker script as data. Apps at 0x40000 and the store at 0xC0000 as OpenSK has
 * them; the KV store and the non-volatile storage lie between. On the real DK the KV stack sits on the
 * external QSPI NOR instead: a deviation, so that one part is enough.
 */

import type { FlashMap } from '../components/parts.ts';
import type { AppMemory } from '../loader.ts';

/** Bytes of internal flash: 256 pages. */
export const FLASH_SIZE = 0x10_0000;
export const PAGE_SIZE = 4096;

/** Flash for processes, and what one takes by default. */
export const APPS_START = 0x4_0000;
export const APPS_END = 0xa_0000;
export const APP_FLASH_SIZE = 0x1_0000;

/** The key-value store. */
export const KV_START = 0xa_0000;
export const KV_PAGES = 16;

/** The non-volatile storage. */
export const NONVOLATILE_START = 0xb_0000;
export const NONVOLATILE_PAGES = 16;

/** Settings of TinyOS: in what the kernel's image may use, too. */
export const CONFIG_STORAGE_START = 0x2_0000;
export const CONFIG_STORAGE_PAGES = 8;
/** The configuration store, before the pages for experiments. */
export const CFSTORE_START = 0x2_8000;
export const CFSTORE_PAGES = 16;

/** Pages for experiments with the flash driver: the last of those that the kernel's image may use. */
export const SCRATCH_START = 0x3_8000;
export const SCRATCH_PAGES = 8;

/** First byte of the persistent store; OpenSK gives it 20 pages. */
export const STORE_START = 0xc_0000;
export const STORE_PAGES = 20;
/** The store may grow to the end of the flash. */
export const STORE_PAGES_MOST = (FLASH_SIZE - STORE_START) / PAGE_SIZE;

/** RAM for processes: 256 KiB less what the kernel keeps (assumed: 32 KiB). */
export const RAM_START = 0x2000_8000;
export const RAM_END = 0x2004_0000;
/** Bytes of RAM that a process gets by default, kernel part included. */
export const APP_RAM_SIZE = 0x4000;

/** Where apps go. */
export const APP_MEMORY: AppMemory = {
  flashBase: 0,
  flashStart: APPS_START,
  flashEnd: APPS_END,
  appFlashSize: APP_FLASH_SIZE,
  writeableFlashSize: PAGE_SIZE,
  ramStart: RAM_START,
  ramEnd: RAM_END,
  appRamSize: APP_RAM_SIZE,
};

/** Which pages serve what, with so many for the persistent store. */
export function flashMap(storePages: number): FlashMap {
  return {
    persistentStore: { firstPage: STORE_START / PAGE_SIZE, pages: storePages },
    kv: { firstPage: KV_START / PAGE_SIZE, pages: KV_PAGES },
    configStorage: { firstPage: CONFIG_STORAGE_START / PAGE_SIZE, pages: CONFIG_STORAGE_PAGES },
    nonvolatileStorage: { firstPage: NONVOLATILE_START / PAGE_SIZE, pages: NONVOLATILE_PAGES },
    scratch: { firstPage: SCRATCH_START / PAGE_SIZE, pages: SCRATCH_PAGES },
    cfstore: { firstPage: CFSTORE_START / PAGE_SIZE, pages: CFSTORE_PAGES },
  };
}
