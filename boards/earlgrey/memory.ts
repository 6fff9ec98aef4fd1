// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Where things lie on the Earl Grey board.
 *
 * NON-TOCK: a board's linker script as data. Bank 0 holds the kernel and the apps, bank 1 what is stored:
 * Tock's board gives all of bank 1 to its KV store.
 */
import type { FlashMap } from '../components/parts.ts';
import type { AppMemory } from '../loader.ts';

/** Where the CPU sees the flash: two banks of 256 pages. */
export const FLASH_START = 0x2000_0000;
export const PAGE_SIZE = 2048;
export const PAGES = 512;

/** Pages of bank 0: the kernel's, then those of the apps. */
export const KERNEL_PAGES = 128;
export const APP_PAGES = 128;

/** Pages of bank 1, one after the other. */
export const STORE_PAGE = 256;
export const STORE_PAGES = 40;
export const KV_PAGE = STORE_PAGE + STORE_PAGES;
export const KV_PAGES = 32;
export const NONVOLATILE_PAGE = KV_PAGE + KV_PAGES;
export const NONVOLATILE_PAGES = 32;
export const SCRATCH_PAGE = NONVOLATILE_PAGE + NONVOLATILE_PAGES;
export const SCRATCH_PAGES = 16;
export const CONFIG_STORAGE_PAGE = SCRATCH_PAGE + SCRATCH_PAGES;
export const CONFIG_STORAGE_PAGES = 8;
export const CFSTORE_PAGE = CONFIG_STORAGE_PAGE + CONFIG_STORAGE_PAGES;
export const CFSTORE_PAGES = 16;

/** RAM for processes: 128 KiB less what the kernel keeps (assumed: 32 KiB). */
export const RAM_START = 0x1000_8000;
export const RAM_END = 0x1002_0000;

/** Where apps go. */
export const APP_MEMORY: AppMemory = {
  flashBase: FLASH_START,
  flashStart: FLASH_START + KERNEL_PAGES * PAGE_SIZE,
  flashEnd: FLASH_START + (KERNEL_PAGES + APP_PAGES) * PAGE_SIZE,
  appFlashSize: 0x8000,
  writeableFlashSize: 2 * PAGE_SIZE,
  ramStart: RAM_START,
  ramEnd: RAM_END,
  appRamSize: 0x4000,
};

/** Which pages serve what, with so many for the persistent store. */
export function flashMap(storePages: number): FlashMap {
  return {
    persistentStore: { firstPage: STORE_PAGE, pages: storePages },
    kv: { firstPage: KV_PAGE, pages: KV_PAGES },
    configStorage: { firstPage: CONFIG_STORAGE_PAGE, pages: CONFIG_STORAGE_PAGES },
    nonvolatileStorage: { firstPage: NONVOLATILE_PAGE, pages: NONVOLATILE_PAGES },
    scratch: { firstPage: SCRATCH_PAGE, pages: SCRATCH_PAGES },
    cfstore: { firstPage: CFSTORE_PAGE, pages: CFSTORE_PAGES },
  };
}
