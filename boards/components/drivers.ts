// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The system call drivers that every board has, over whatever chip.
 *
 * NON-TOCK: takes the place of the files of `boards/components/src`; each component is a constructor call here.
 */
import { ALARM_GRANT, AlarmDriver } from '#capsules/core/alarm';
import { BUTTON_GRANT, ButtonDriver } from '#capsules/core/button';
import { CONSOLE_GRANT, ConsoleDriver } from '#capsules/core/console';
import { DriverNum } from '#capsules/core/driver';
import { LedDriver } from '#capsules/core/led';
import { LOW_LEVEL_DEBUG_GRANT, LowLevelDebug } from '#capsules/core/low-level-debug';
import { RNG_GRANT, RngDriver } from '#capsules/core/rng';
import { MuxAlarm } from '#capsules/core/virtualizers/virtual-alarm';
import { MuxUart } from '#capsules/core/virtualizers/virtual-uart';
import { APP_FLASH_GRANT, AppFlashDriver } from '#capsules/extra/app-flash-driver';
import { FLASH_GRANT, FlashDriver } from '#capsules/extra/flash-driver';
import {
  NONVOLATILE_STORAGE_GRANT,
  NonvolatileStorageDriver,
} from '#capsules/extra/nonvolatile-storage-driver';
import { NonvolatileToPages } from '#capsules/extra/nonvolatile-to-pages';
import {
  PERSISTENT_STORE_GRANT,
  PersistentStoreDriver,
} from '#capsules/extra/persistent-store-driver';
import type { ReadCharge } from '#capsules/extra/store-reads';
import { Ipc } from '#kernel/ipc';
import type { Kernel } from '#kernel/kernel';
import type { AnyDriver } from '#kernel/driver';
import type { BoardOptions } from '../board.ts';
import { createCfstore, type CfstoreComponentOptions } from './cfstore.ts';
import { FlashComponent } from './flash.ts';
import { createConfigStorage } from './config-storage.ts';
import { flawsOf, FLAWS } from './flaws.ts';
import { createKv, type KvOptions } from './kv.ts';

/** What the drivers are made of. */
export interface DriverOptions extends KvOptions, CfstoreComponentOptions {
  /** Drivers that are not the board's own. */
  readonly drivers: BoardOptions['drivers'];
}

/** The drivers by number, and what the stores among them read. */
export interface Drivers {
  readonly byNumber: ReadonlyMap<number, AnyDriver>;
  readonly ipc: Ipc;
  /** Read calls of the stores since power-on. */
  storeReadCalls(): number;
}

/** Makes all drivers, in the order of their numbers. */
export function createDrivers(options: DriverOptions): Drivers {
  const { kernel, parts } = options;
  const flash = new FlashComponent(parts, kernel.deferredCalls, options.faithful);
  const serial = new MuxUart(parts.uart, kernel.deferredCalls);
  const alarm = new MuxAlarm(parts.alarm);
  const ipc = new Ipc(kernel, flawsOf(FLAWS.ipc, options.faithful));
  const persistent = createPersistentStore(options, flash);
  const kv = createKv(options, flash, chargeTo(kernel));
  const config = createConfigStorage(options, flash, chargeTo(kernel));
  const cfstore = createCfstore(options, flash, chargeTo(kernel));
  const byNumber = new Map<number, AnyDriver>([
    [
      DriverNum.Alarm,
      new AlarmDriver(alarm.createAlarm(), kernel.createGrant(DriverNum.Alarm, ALARM_GRANT)),
    ],
    [
      DriverNum.Console,
      new ConsoleDriver(
        serial.createDevice(),
        kernel.createGrant(DriverNum.Console, CONSOLE_GRANT),
        flawsOf(FLAWS.console, options.faithful),
      ),
    ],
    [
      DriverNum.LowLevelDebug,
      new LowLevelDebug(
        serial.createDevice(),
        kernel.createGrant(DriverNum.LowLevelDebug, LOW_LEVEL_DEBUG_GRANT),
      ),
    ],
    [DriverNum.Led, new LedDriver(parts.leds)],
    [
      DriverNum.Button,
      new ButtonDriver(parts.buttons, kernel.createGrant(DriverNum.Button, BUTTON_GRANT)),
    ],
    [
      DriverNum.Rng,
      new RngDriver(
        parts.rng,
        kernel.createGrant(DriverNum.Rng, RNG_GRANT),
        flawsOf(FLAWS.rng, options.faithful),
      ),
    ],
    [DriverNum.Ipc, ipc],
    ...createFlashDrivers(options, flash),
    [DriverNum.Kv, kv.driver],
    [DriverNum.PersistentStore, persistent],
    [DriverNum.ConfigStorage, config.driver],
    [DriverNum.Cfstore, cfstore.driver],
    ...(options.drivers?.({
      kernel,
      createAlarm: () => alarm.createAlarm(),
      createFlash: () => flash.user(options.map.scratch),
      createBlockingFlash: () => parts.blockingFlash(options.map.scratch),
    }) ?? []),
  ]);
  const storeReadCalls = (): number =>
    persistent.readCalls + kv.readCalls() + config.readCalls() + cfstore.readCalls();
  return { byNumber, ipc, storeReadCalls };
}

function createPersistentStore(
  { kernel, map, hil }: DriverOptions,
  flash: FlashComponent,
): PersistentStoreDriver {
  const driver = new PersistentStoreDriver({
    flash: flash.store(map.persistentStore, hil),
    apps: kernel.createGrant(DriverNum.PersistentStore, PERSISTENT_STORE_GRANT),
    ...chargeTo(kernel),
    trace: kernel.trace,
  });
  driver.boot();
  return driver;
}

/** Flash for processes: what they may rewrite of their own, bytes by address, and the HIL itself. */
function createFlashDrivers(
  { kernel, parts, map, faithful }: DriverOptions,
  flash: FlashComponent,
): [number, AnyDriver][] {
  const toPages = flawsOf(FLAWS.toPages, faithful);
  const { pages } = map.nonvolatileStorage;
  return [
    [
      DriverNum.AppFlash,
      new AppFlashDriver({
        storage: new NonvolatileToPages(flash.user(), toPages),
        flashBase: parts.flashBase,
        apps: kernel.createGrant(DriverNum.AppFlash, APP_FLASH_GRANT),
        kernel,
        flaws: flawsOf(FLAWS.appFlash, faithful),
      }),
    ],
    [
      DriverNum.NvmStorage,
      new NonvolatileStorageDriver({
        storage: new NonvolatileToPages(flash.user(map.nonvolatileStorage), toPages),
        apps: kernel.createGrant(DriverNum.NvmStorage, NONVOLATILE_STORAGE_GRANT),
        userspaceStart: 0,
        userspaceLength: pages * parts.cells.pageSize,
        flaws: flawsOf(FLAWS.nonvolatileStorage, faithful),
      }),
    ],
    [
      DriverNum.Flash,
      new FlashDriver(flash.user(map.scratch), kernel.createGrant(DriverNum.Flash, FLASH_GRANT)),
    ],
  ];
}

function chargeTo(kernel: Kernel): ReadCharge {
  return {
    spend: (time) => {
      kernel.spendCpuTime(time);
    },
    readCost: kernel.costs.storeRead,
  };
}
