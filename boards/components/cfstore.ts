// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The configuration store for processes, over one of four stores. It uses no flash before the first command.
 *
 * NON-TOCK: a component as Tock's would be.
 */
import { DriverNum } from '#capsules/core/driver';
import { MuxCfstore } from '#capsules/extra/cfstore';
import { CFSTORE_GRANT, CfstoreSyscallDriver } from '#capsules/extra/cfstore-driver';
import type { Kernel } from '#kernel/kernel';
import { Cfstore } from '#libraries/cfstore/cfstore';
import { configOf } from '#libraries/cfstore/config';
import type { CfstoreDriver } from '#libraries/cfstore/driver';
import { HeapCfstore } from '#libraries/cfstore/heap/heap-cfstore';
import * as heapModes from '#libraries/cfstore/heap/mode';
import * as modes from '#libraries/cfstore/mode';
import type { Storage } from '#libraries/store/storage';
import type { CfstoreKind, StoreHil } from '../board.ts';
import type { FlashComponent } from './flash.ts';
import type { FlashMap } from './parts.ts';

/** What the driver is made of. */
export interface CfstoreComponentOptions {
  readonly kernel: Kernel;
  readonly map: FlashMap;
  /** The flash interface that the store capsules are handed. */
  readonly hil: StoreHil;
  readonly cfstore: CfstoreKind;
}

const KINDS: Readonly<Record<CfstoreKind, (storage: Storage) => CfstoreDriver>> = {
  cfstore: (storage) => new Cfstore(storage, configOf(storage, { mode: modes.HARDENED })),
  'cfstore-literal': (storage) => new Cfstore(storage, configOf(storage, { mode: modes.LITERAL })),
  'cfstore-heap': (storage) => new HeapCfstore(storage, heapModes.HARDENED),
  'cfstore-heap-literal': (storage) => new HeapCfstore(storage, heapModes.LITERAL),
};

/** Makes the driver on the pages that the board has for it. */
export function createCfstore(
  { kernel, map, hil, cfstore }: CfstoreComponentOptions,
  flash: FlashComponent,
): CfstoreSyscallDriver {
  const storeFlash = flash.store(map.cfstore, hil);
  const store = new MuxCfstore({
    driver: KINDS[cfstore](storeFlash.storage),
    flash: storeFlash,
    mode: 'asynchronous',
  });
  return new CfstoreSyscallDriver({
    cfstore: store.createUser(),
    apps: kernel.createGrant(DriverNum.Cfstore, CFSTORE_GRANT),
    permissionsOf: (processId) => kernel.storagePermissions(processId),
  });
}
