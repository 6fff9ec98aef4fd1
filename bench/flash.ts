// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Speed of the flash model: programs, erasures, snapshots, and the driver above.
 *
 * NON-TOCK: the matter of flash has no counterpart in Tock.
 */
import { earlgreyCells } from '#chips/lowrisc/cells';
import { blankCells, Nrf52840 } from '#chips/nrf52/chip';
import { Nvmc } from '#chips/nrf52/nvmc';
import { NorFlash } from '#chips/silicon/nor-flash';
import type { FlashPart } from '#chips/silicon/part';
import { Clock } from '#kernel/clock';
import { DeferredCalls } from '#kernel/deferred-call';
import { perSecond, type BenchRow } from './row.ts';

/** The pages that OpenSK gives its store on the nRF52840: 80 KiB. */
const STORE: FlashPart = {
  name: 'store of 20 pages',
  pageSize: 4096,
  pages: 20,
  programsPerWord: 2,
  erasesPerPage: 0xffff_ffff,
};

const WORDS = (STORE.pages * STORE.pageSize) / 4;
const ROUNDS = 1500;
const ERASURES = 2_000_000;
const SNAPSHOTS = 500_000;
const PAGE_WRITES = 5000;

/** Programs every word of the part twice and erases it, again and again; only programs are counted. */
function programWords(): number {
  const flash = new NorFlash(STORE);
  flash.attach(new Clock());
  return perSecond(ROUNDS * WORDS * 2, () => {
    for (let round = 0; round < ROUNDS; round++) {
      for (let word = 0; word < WORDS; word++) flash.program(word, 0xffff_0000 | round);
      for (let word = 0; word < WORDS; word++) flash.program(word, 0);
      for (let page = 0; page < STORE.pages; page++) flash.erase(page);
    }
  });
}

function erasePages(): number {
  const flash = new NorFlash(STORE);
  return perSecond(ERASURES, () => {
    for (let count = 0; count < ERASURES; count++) flash.erase(count % STORE.pages);
  });
}

/** Keeps a state, changes a word of one page, goes back: what one cut of a crash explorer needs. */
function branch(touch: boolean): number {
  const flash = new NorFlash(STORE, { history: false });
  flash.snapshot();
  return perSecond(SNAPSHOTS, () => {
    for (let count = 0; count < SNAPSHOTS; count++) {
      const state = flash.snapshot();
      if (touch) flash.program(count % WORDS, 0);
      flash.restore(state);
    }
  });
}

/** A new state each time: one page changed since the last snapshot, and is copied. */
function snapshotChanged(): number {
  const flash = new NorFlash(STORE, { history: false, onViolation: 'count' });
  flash.snapshot();
  return perSecond(SNAPSHOTS, () => {
    for (let count = 0; count < SNAPSHOTS; count++) {
      flash.program(count % WORDS, count);
      flash.snapshot();
    }
  });
}

/** The same on three parts in turn: two chips and a small one, so that no shape is the only one. */
function programThreeParts(): number {
  const parts = [blankCells().flash, earlgreyCells().flash, new NorFlash(STORE)];
  const pages = 20;
  const words = parts.reduce((sum, { pageSize }) => sum + (pages * pageSize) / 4, 0);
  return perSecond(ROUNDS * words * 2, () => {
    for (let round = 0; round < ROUNDS; round++) {
      for (const part of parts) {
        const end = (pages * part.pageSize) / 4;
        for (let word = 0; word < end; word++) part.program(word, 0xffff_0000 | (round & 0xffff));
        for (let word = 0; word < end; word++) part.program(word, 0);
        for (let page = 0; page < pages; page++) part.erase(page);
      }
    }
  });
}

/** Whole pages through the driver of the nRF52840: blank check, erasure, 1024 stores, completion. */
function writePages(): number {
  const clock = new Clock();
  const deferredCalls = new DeferredCalls();
  const cells = blankCells();
  const chip = new Nrf52840({ clock, deferredCalls, cells, line: () => undefined });
  const driver = new Nvmc(chip.nvmc, { firstPage: 192, pages: 20 });
  const page = new Uint8Array(driver.pageSize);
  return perSecond(PAGE_WRITES, () => {
    for (let count = 0; count < PAGE_WRITES; count++) {
      driver.writePage(count % driver.pages, page);
      deferredCalls.serviceNextPending();
    }
  });
}

/** Rows about flash; figures of peers were measured on a machine of the same kind. */
export const FLASH_ROWS: readonly BenchRow[] = [
  {
    name: 'word programs, all checks',
    unit: '/s',
    toReach: 150e6,
    peer: 'sequential-storage MockFlash 151 M/s',
    run: programWords,
  },
  {
    name: 'word programs, three parts in one run',
    unit: '/s',
    toReach: 100e6,
    run: programThreeParts,
  },
  {
    name: 'page erases, 4 KiB',
    unit: '/s',
    toReach: 5e6,
    peer: 'littlefs emubd 19.3 M/s',
    run: erasePages,
  },
  {
    name: 'snapshot of 80 KiB and back, nothing changed',
    unit: '/s',
    toReach: 500e3,
    peer: 'littlefs emubd 32.5 M/s',
    run: () => branch(false),
  },
  {
    name: 'branch of 80 KiB: snapshot, touch a page, back',
    unit: '/s',
    toReach: 500e3,
    peer: 'littlefs emubd 0.35 M/s',
    run: () => branch(true),
  },
  {
    name: 'snapshot of 80 KiB, a page changed',
    unit: '/s',
    toReach: 500e3,
    peer: 'littlefs emubd 0.35 M/s',
    run: snapshotChanged,
  },
  {
    name: 'page writes through the nRF52840 driver',
    unit: '/s',
    toReach: 10e3,
    peer: 'the part itself: 7.9 /s (85 ms + 1024 x 41 us)',
    run: writePages,
  },
];
