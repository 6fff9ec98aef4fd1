// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The nRF52840 DK: chip, then drivers, then processes.
 *
 * Mirrors `boards/nordic/nrf52840dk/src/main.rs`, with the persistent store on internal flash.
 */
import type { Board, BoardKind, BoardOptions, StoreHil } from '../board.ts';
import { Loader } from '../loader.ts';
import { ALARM_GRANT, AlarmDriver } from '#capsules/core/alarm';
import { CONSOLE_GRANT, ConsoleDriver } from '#capsules/core/console';
import { DriverNum } from '#capsules/core/driver';
import { LOW_LEVEL_DEBUG_GRANT, LowLevelDebug } from '#capsules/core/low-level-debug';
import {
  PERSISTENT_STORE_GRANT,
  PersistentStoreDriver,
} from '#capsules/extra/persistent-store-driver';
import { AtOnceFlash, SplitPhaseFlash, type StoreFlash } from '#capsules/extra/store-flash';
import { MuxAlarm } from '#capsules/core/virtualizers/virtual-alarm';
import { MuxUart } from '#capsules/core/virtualizers/virtual-uart';
import { StopFaultPolicy } from '#capsules/system/process-policies';
import { RoundRobin } from '#capsules/system/scheduler/round-robin';
import { blankCells, Nrf52840 } from '#chips/nrf52/chip';
import {
  Nvmc,
  NVMC_FLAWS,
  NvmcBlocking,
  type FlashStatistics,
  type NvmcFlaw,
  type Partition,
} from '#chips/nrf52/nvmc';
import type { NorFlash } from '#chips/silicon/nor-flash';
import { Clock } from '#kernel/clock';
import { NRF52840_COSTS } from '#kernel/costs';
import { DeferredCalls } from '#kernel/deferred-call';
import { Kernel } from '#kernel/kernel';
import type { KernelResources } from '#kernel/platform/platform';
import type { SyscallDriver } from '#kernel/syscall-driver';
import * as memory from './memory.ts';

/** Wires the board and powers it on; cells given keep what they hold. */
export function boot(options: BoardOptions = {}): Board {
  const { kernel, chip, flash } = powerOn(options);
  const pages = options.storePages ?? memory.STORE_PAGES;
  const partition = { firstPage: memory.STORE_START / memory.PAGE_SIZE, pages };
  const { storeFlash, statistics } = wireStore(chip, partition, kernel, options.hil ?? 'byte');
  const store = createStoreDriver(kernel, storeFlash);
  const drivers = createDrivers(kernel, chip).set(DriverNum.PersistentStore, store);
  const resources: KernelResources = {
    syscallDriverLookup: { driver: (driverNum) => drivers.get(driverNum) },
    scheduler: new RoundRobin(),
    chip,
  };
  store.boot();

  const loader = new Loader(
    kernel,
    flash,
    memory.APP_MEMORY,
    options.faultPolicy ?? new StopFaultPolicy(),
  );
  return {
    name: 'nrf52840dk',
    kernel,
    clock: kernel.clock,
    flash,
    store: {
      offset: memory.STORE_START,
      size: pages * memory.PAGE_SIZE,
      pageSize: memory.PAGE_SIZE,
    },
    statistics: () => ({
      readCalls: store.readCalls,
      wordsWritten: statistics.wordsWritten,
      erases: statistics.erases,
    }),
    load: (app) => loader.load(app),
    type: (bytes) => {
      chip.uart.feed(bytes);
    },
    run: (until) => kernel.run(resources, until),
  };
}

/** Clock, kernel and chip of a power-on. */
function powerOn(options: BoardOptions): {
  readonly kernel: Kernel;
  readonly chip: Nrf52840;
  readonly flash: NorFlash;
} {
  const { profile, trace } = options;
  const clock = new Clock(options.epochMilliseconds);
  const deferredCalls = new DeferredCalls();
  const kernel = new Kernel({
    clock,
    deferredCalls,
    costs: NRF52840_COSTS,
    ...(profile === undefined ? {} : { profile }),
    ...(trace === undefined ? {} : { trace }),
  });
  const cells = blankCells();
  const flash = options.flash ?? cells.flash;
  const chip = new Nrf52840({
    clock,
    deferredCalls,
    cells: { ...cells, flash },
    line: options.onConsole ?? (() => undefined),
    trace: kernel.trace,
    flaws: nvmcFlaws(options.faithful ?? []),
  });
  return { kernel, chip, flash };
}

function createStoreDriver(kernel: Kernel, flash: StoreFlash): PersistentStoreDriver {
  return new PersistentStoreDriver({
    flash,
    apps: kernel.createGrant(DriverNum.PersistentStore, PERSISTENT_STORE_GRANT),
    spend: (time) => {
      kernel.spendCpuTime(time);
    },
    readCost: kernel.costs.storeRead,
    trace: kernel.trace,
  });
}

/** The drivers that need nothing but the chip. */
function createDrivers(kernel: Kernel, chip: Nrf52840): Map<number, SyscallDriver> {
  const mux = new MuxUart(chip.uart, kernel.deferredCalls);
  return new Map<number, SyscallDriver>([
    [
      DriverNum.Alarm,
      new AlarmDriver(
        new MuxAlarm(chip.rtc).createAlarm(),
        kernel.createGrant(DriverNum.Alarm, ALARM_GRANT),
      ),
    ],
    [
      DriverNum.Console,
      new ConsoleDriver(mux.createDevice(), kernel.createGrant(DriverNum.Console, CONSOLE_GRANT)),
    ],
    [
      DriverNum.LowLevelDebug,
      new LowLevelDebug(
        mux.createDevice(),
        kernel.createGrant(DriverNum.LowLevelDebug, LOW_LEVEL_DEBUG_GRANT),
      ),
    ],
  ]);
}

/** The store capsule's flash: the HIL that the options name, over the store's pages. */
function wireStore(
  chip: Nrf52840,
  partition: Partition,
  { deferredCalls }: Kernel,
  hil: StoreHil,
): { storeFlash: StoreFlash; statistics: FlashStatistics } {
  const { erasesPerPage } = chip.nvmc.flash.part;
  switch (hil) {
    case 'byte': {
      const nvmc = new Nvmc(chip.nvmc, partition);
      const storeFlash = new SplitPhaseFlash(nvmc, erasesPerPage, deferredCalls);
      return { storeFlash, statistics: nvmc.statistics };
    }
    case 'blocking': {
      const nvmc = new NvmcBlocking(chip.nvmc, partition);
      const storeFlash = new AtOnceFlash(nvmc, erasesPerPage, deferredCalls);
      return { storeFlash, statistics: nvmc.statistics };
    }
  }
}

function nvmcFlaws(names: readonly string[]): ReadonlySet<NvmcFlaw> {
  const all = Object.keys(NVMC_FLAWS) as NvmcFlaw[];
  return new Set(all.filter((name) => names.includes(name)));
}

/** The board, for lists and harnesses. */
export const NRF52840DK: BoardKind = {
  description: 'Nordic nRF52840 DK: Cortex-M4, 1 MiB flash in 4 KiB pages, 256 KiB RAM',
  storePages: { least: 3, most: memory.STORE_PAGES_MOST },
  flaws: NVMC_FLAWS,
  freshFlash: () => blankCells().flash,
  boot,
};
