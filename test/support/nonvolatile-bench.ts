// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The driver of non-volatile storage over storage of a test's own.
 *
 * NON-TOCK: tests.
 */
import { DriverNum } from '#capsules/core/driver';
import {
  NONVOLATILE_STORAGE_GRANT,
  NonvolatileStorageDriver,
  type NonvolatileStorageFlaw,
} from '#capsules/extra/nonvolatile-storage-driver';
import { DriverCalls } from './driver-calls.ts';
import { FakeStorage } from './fake-storage.ts';
import { Testbench } from './testbench.ts';

/** Userspace has bytes 100 to 2099 of 2200. */
export const START = 100;
export const LENGTH = 2000;

/** Its commands and upcalls. */
export const EXISTS = 0;
export const SIZE = 1;
export const READ = 2;
export const WRITE = 3;
export const READ_DONE = 0;
export const WRITE_DONE = 1;

/** Bare calls of the driver. */
export const NVS = new DriverCalls(DriverNum.NvmStorage);

/** Kernel, storage and driver. */
export class NonvolatileBench {
  readonly bench = new Testbench();
  readonly storage = new FakeStorage(this.bench, 2200);

  constructor(...flaws: NonvolatileStorageFlaw[]) {
    const driver = new NonvolatileStorageDriver({
      storage: this.storage,
      apps: this.bench.kernel.createGrant(NVS.driverNum, NONVOLATILE_STORAGE_GRANT),
      userspaceStart: START,
      userspaceLength: LENGTH,
      flaws: new Set(flaws),
    });
    this.bench.drivers.set(NVS.driverNum, driver);
  }

  /** What the storage holds from a byte of userspace on. */
  stored(offset: number, length: number): number[] {
    return [...this.storage.content.subarray(START + offset, START + offset + length)];
  }
}
