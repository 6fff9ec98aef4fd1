// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The configuration store for processes, over one of several stores. It uses no flash before the first command.
 *
 * NON-TOCK: a component as Tock's would be.
 */
import { DriverNum } from '#capsules/core/driver';
import { MuxCfstore } from '#capsules/extra/cfstore';
import { CFSTORE_GRANT, CfstoreSyscallDriver } from '#capsules/extra/cfstore-driver';
import { StoreReads, type ReadCharge } from '#capsules/extra/store-reads';
import type { Kernel } from '#kernel/kernel';
import { openCfstore, type CfstoreKind } from '#libraries/cfstore/drivers';
import { ReadCounter } from '#libraries/store/read-counter';
import type { StoreHil } from '../board.ts';
import type { FlashComponent } from './flash.ts';
import type { FlashMap } from './parts.ts';

/** What the driver is made of. */
export interface CfstoreComponentOptions {
  readonly kernel: Kernel;
  readonly map: FlashMap;
  /** The flash interface that the store capsules are handed. */
  readonly hil: StoreHil;
  readonly cfstore: CfstoreKind;
  /** Of the store's chance, if it takes any. */
  readonly seed: number;
}

/** The driver, and what its store reads. */
export interface CfstoreComponent {
  readonly driver: CfstoreSyscallDriver;
  /** Read calls of the store since power-on. */
  readCalls(): number;
}

/** Makes the driver on the pages that the board has for it. */
export function createCfstore(
  { kernel, map, hil, cfstore, seed }: CfstoreComponentOptions,
  flashes: FlashComponent,
  charge: ReadCharge,
): CfstoreComponent {
  const flash = flashes.store(map.cfstore, hil);
  const counter = new ReadCounter(flash.storage);
  const reads = new StoreReads({ reads: () => ({ calls: counter.calls, emptyCalls: 0 }) }, charge);
  flash.onStep = () => {
    reads.settle();
  };
  const driver = openCfstore(cfstore, counter, seed);
  const store = new MuxCfstore({ driver, flash, mode: 'asynchronous' });
  return {
    driver: new CfstoreSyscallDriver({
      cfstore: store.createUser(),
      apps: kernel.createGrant(DriverNum.Cfstore, CFSTORE_GRANT),
      permissionsOf: (processId) => kernel.storagePermissions(processId),
    }),
    readCalls: () => reads.calls,
  };
}
