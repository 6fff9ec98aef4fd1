// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A board for apps over flash: alarm, console, and the three drivers over parts of a test's own.
 *
 * NON-TOCK: tests.
 */
import { Libtock } from '#apps/libtock/libtock';
import { ScriptBoundary } from '#arch/script/script-boundary';
import type { AppMain } from '#boards/board';
import { ALARM_GRANT, AlarmDriver } from '#capsules/core/alarm';
import { CONSOLE_GRANT, ConsoleDriver } from '#capsules/core/console';
import { DriverNum } from '#capsules/core/driver';
import { MuxAlarm } from '#capsules/core/virtualizers/virtual-alarm';
import { APP_FLASH_GRANT, AppFlashDriver } from '#capsules/extra/app-flash-driver';
import { FLASH_GRANT, FlashDriver } from '#capsules/extra/flash-driver';
import {
  NONVOLATILE_STORAGE_GRANT,
  NonvolatileStorageDriver,
} from '#capsules/extra/nonvolatile-storage-driver';
import { blankCells, Nrf52840 } from '#chips/nrf52/chip';
import { Nvmc } from '#chips/nrf52/nvmc';
import type * as hil from '#kernel/hil';
import type { Process } from '#kernel/process-standard';
import { PROFILES, type ProfileName } from '#kernel/profile';
import { TimedFlash } from './timed-flash.ts';
import { FakeStorage } from './fake-storage.ts';
import { Testbench } from './testbench.ts';

/** Where the app's flash lies. */
export const APP_START = 0x4000;
const APP_SIZE = 0x2000;
/** The part of it that the app may write. */
export const REGION = { offset: 0x1000, size: 0x400 };
/** Bytes that the non-volatile storage gives to userspace. */
export const STORAGE_SIZE = 2000;

/** What is behind the flash driver. */
export type FlashKind = 'nvmc' | 'slow' | 'pages';

/** Kernel, chip and drivers; the chip has the alarm, the console and the NVMC. */
export class FlashBoard {
  readonly bench: Testbench;
  readonly chip: Nrf52840;
  readonly storage: FakeStorage;
  /** The whole flash, as app flash addresses it. */
  readonly appStorage: FakeStorage;
  private readonly chunks: Uint8Array[] = [];

  constructor(
    flash: FlashKind = 'nvmc',
    private readonly profile: ProfileName = '2.2',
  ) {
    this.bench = new Testbench({ profile });
    const { clock, deferredCalls } = this.bench;
    const line = (bytes: Uint8Array): void => {
      this.chunks.push(bytes.slice());
    };
    this.chip = new Nrf52840({ clock, deferredCalls, cells: blankCells(), line });
    this.storage = new FakeStorage(this.bench, STORAGE_SIZE);
    this.appStorage = new FakeStorage(this.bench, APP_START + APP_SIZE);
    this.addDrivers(this.flash(flash));
  }

  private flash(kind: FlashKind): hil.flash.Flash {
    if (kind === 'nvmc') return new Nvmc(this.chip.nvmc, { firstPage: 192, pages: 4 });
    const fake = new TimedFlash(this.bench);
    return kind === 'pages' ? fake.pageLevel() : fake;
  }

  private addDrivers(flash: hil.flash.Flash): void {
    const { chip, storage, appStorage } = this;
    const { drivers, kernel } = this.bench;
    const alarm = new MuxAlarm(chip.rtc).createAlarm();
    drivers
      .set(
        DriverNum.Alarm,
        new AlarmDriver(alarm, kernel.createGrant(DriverNum.Alarm, ALARM_GRANT)),
      )
      .set(
        DriverNum.Console,
        new ConsoleDriver(chip.uart, kernel.createGrant(DriverNum.Console, CONSOLE_GRANT)),
      )
      .set(
        DriverNum.NvmStorage,
        new NonvolatileStorageDriver({
          storage,
          apps: kernel.createGrant(DriverNum.NvmStorage, NONVOLATILE_STORAGE_GRANT),
          userspaceStart: 0,
          userspaceLength: STORAGE_SIZE,
        }),
      )
      .set(
        DriverNum.AppFlash,
        new AppFlashDriver({
          storage: appStorage,
          apps: kernel.createGrant(DriverNum.AppFlash, APP_FLASH_GRANT),
          kernel,
        }),
      )
      .set(
        DriverNum.Flash,
        new FlashDriver(flash, kernel.createGrant(DriverNum.Flash, FLASH_GRANT)),
      );
  }

  /** Takes a driver away. */
  without(driverNum: DriverNum): this {
    this.bench.drivers.delete(driverNum);
    return this;
  }

  /** Runs one app to its end: its process, and what it printed. */
  run(main: AppMain, args?: unknown): { readonly process: Process; readonly text: string } {
    const { kernel, clock, drivers, scheduler, chip: bell } = this.bench;
    const waitFor = PROFILES[this.profile].yieldWaitFor;
    const boundary = new ScriptBoundary(clock, function* (context) {
      const tock = new Libtock(context, { waitFor, args });
      yield* tock.start();
      yield* tock.exitTerminate(yield* main(tock));
    });
    const content = this.appStorage.content.subarray(APP_START);
    const created = kernel.createProcess({
      name: 'app',
      boundary,
      ram: { start: 0x2000_0000, size: 0x8000 },
      flash: {
        start: APP_START,
        size: APP_SIZE,
        protectedSize: 0x80,
        read: (offset, length) => content.subarray(offset, offset + length),
      },
      writeableFlashRegions: [REGION, { offset: 0, size: 0 }],
    });
    if (!created.ok) throw new Error(created.error);
    const { chip } = this;
    kernel.run({
      syscallDriverLookup: { driver: (driverNum) => drivers.get(driverNum) },
      scheduler,
      chip: {
        hasPendingInterrupts: () => chip.hasPendingInterrupts() || bell.hasPendingInterrupts(),
        servicePendingInterrupts: () => {
          chip.servicePendingInterrupts();
          bell.servicePendingInterrupts();
        },
      },
    });
    const text = new TextDecoder().decode(Buffer.concat(this.chunks));
    return { process: created.value, text };
  }
}
