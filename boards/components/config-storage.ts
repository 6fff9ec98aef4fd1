// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The settings of TinyOS and what stands under their driver: all units of a volume but one hold entries.
 *
 * NON-TOCK: TinyOS.
 */
import { DriverNum } from '#capsules/core/driver';
import { CONFIG_STORAGE_GRANT, ConfigStorageDriver } from '#capsules/extra/config-storage-driver';
import { StoreReads, type ReadCharge } from '#capsules/extra/store-reads';
import { TinyosConfigStorage } from '#capsules/extra/tinyos-config-storage';
import { ReadCounter } from '#libraries/store/read-counter';
import { LOG } from '#libraries/tinyos/config-mode';
import { ConfigStorage } from '#libraries/tinyos/config-storage';
import { Volume } from '#libraries/tinyos/volume';
import type { FlashComponent } from './flash.ts';
import type { KvOptions } from './kv.ts';

/** The driver, and what its storage reads. */
export interface ConfigStorageComponent {
  readonly driver: ConfigStorageDriver;
  /** Read calls of the storage since power-on. */
  readCalls(): number;
}

/** Makes the driver on the pages that the board has for it. */
export function createConfigStorage(
  { kernel, map, hil }: KvOptions,
  flashes: FlashComponent,
  charge: ReadCharge,
): ConfigStorageComponent {
  const flash = flashes.store(map.configStorage, hil);
  const counter = new ReadCounter(flash.storage);
  const reads = new StoreReads({ reads: () => ({ calls: counter.calls, emptyCalls: 0 }) }, charge);
  flash.onStep = () => {
    reads.settle();
  };
  const config = new ConfigStorage(new Volume(counter), {
    mode: LOG,
    truncates: true,
    maxWordWrites: counter.maxWordWrites,
  });
  const storage = new TinyosConfigStorage(flash, config);
  const apps = kernel.createGrant(DriverNum.ConfigStorage, CONFIG_STORAGE_GRANT);
  return { driver: new ConfigStorageDriver(storage, apps), readCalls: () => reads.calls };
}
