// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The key-value driver and what stands under it: any map with keys of bytes on it, or TicKV as Tock deploys it.
 *
 * NON-TOCK: takes the place of `boards/components/src/kv.rs` and `tickv.rs`.
 */
import { DriverNum } from '#capsules/core/driver';
import { KV_GRANT, KvDriver } from '#capsules/extra/kv-driver';
import { KvStorePermissions } from '#capsules/extra/kv-store-permissions';
import { MapKvStore } from '#capsules/extra/map-kv-store';
import type { ReadCharge } from '#capsules/extra/store-reads';
import { PageWriteFlash } from '#capsules/extra/store-flash-pages';
import { TicKvKvStore } from '#capsules/extra/tickv-kv-store';
import type * as hil from '#kernel/hil';
import type { Kernel } from '#kernel/kernel';
import { HARDENED, LITERAL, type Mode } from '#libraries/tickv/mode';
import type { BoardOptions, StoreHil, TicKvStack } from '../board.ts';
import type { FlashComponent } from './flash.ts';
import { flawsOf, FLAWS } from './flaws.ts';
import type { ChipParts, FlashMap } from './parts.ts';

/** What the driver is made of. */
export interface KvOptions {
  readonly kernel: Kernel;
  readonly parts: ChipParts;
  readonly map: FlashMap;
  /** The flash interface that the store capsules are handed. */
  readonly hil: StoreHil;
  /** What stands under the key-value driver. */
  readonly kvStore: BoardOptions['kvStore'];
  /** Names of upstream's flaws to have back. */
  readonly faithful: readonly string[];
}

/** The driver, and what its store reads. */
export interface KvComponent {
  readonly driver: KvDriver;
  /** Read calls of the store since power-on; TicKV's are not counted. */
  readCalls(): number;
}

const MODES: Readonly<Record<TicKvStack, Mode>> = {
  'tickv-pages': HARDENED,
  'tickv-pages-literal': LITERAL,
};

/** Makes the driver on the pages that the board has for it. */
export function createKv(
  options: KvOptions,
  flash: FlashComponent,
  charge: ReadCharge,
): KvComponent {
  const { kernel, map, hil: storeHil, kvStore } = options;
  if (typeof kvStore === 'string') {
    const { erasesPerPage } = options.parts.cells.part;
    const pages = new PageWriteFlash(flash.user(map.kv), erasesPerPage, kernel.deferredCalls);
    return {
      driver: createDriver(options, new TicKvKvStore(pages, MODES[kvStore])),
      readCalls: () => 0,
    };
  }
  const store = new MapKvStore({
    flash: flash.store(map.kv, storeHil),
    ...(kvStore === undefined ? {} : { store: kvStore }),
    ...charge,
  });
  return { driver: createDriver(options, store), readCalls: () => store.readCalls };
}

function createDriver({ kernel, faithful }: KvOptions, store: hil.kv.Kv): KvDriver {
  return new KvDriver({
    kv: new KvStorePermissions(store, kernel.profile.storageRules),
    apps: kernel.createGrant(DriverNum.Kv, KV_GRANT),
    permissionsOf: (processId) => kernel.storagePermissions(processId),
    flaws: flawsOf(FLAWS.kv, faithful),
  });
}
