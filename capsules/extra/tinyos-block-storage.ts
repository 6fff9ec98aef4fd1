// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A volume that is erased as a whole, for capsules: BlockStorage of TEP 129.
 *
 * NON-TOCK: TinyOS.
 *
 *     a capsule               read · write · erase · flush · crc
 *     TinyosBlockStorage      one operation at a time
 *     BlockStorage            erases unit by unit
 *     Volume                  steps: read · write · erase
 *     StoreFlash              hil.flash
 */
import type * as hil from '#kernel/hil';
import type { Result } from '#kernel/result';
import type { BlockStorage } from '#libraries/tinyos/block-storage';
import type { StoreFlash } from './store-flash.ts';
import { resultOf } from './tinyos-errors.ts';
import { TinyosVolume } from './tinyos-volume.ts';

export class TinyosBlockStorage
  extends TinyosVolume<hil.blockStorage.BlockStorageClient>
  implements hil.blockStorage.BlockStorage
{
  /** @param block a storage over a volume on the flash's storage. */
  constructor(
    flash: StoreFlash,
    private readonly block: BlockStorage,
  ) {
    super(flash, block, block.settings.getVolumeSize());
  }

  erase(): Result {
    return this.start(
      true,
      () => this.block.erase(),
      (client, outcome) => {
        client.eraseDone(resultOf(outcome));
      },
    );
  }
}
