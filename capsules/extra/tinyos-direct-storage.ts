// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A volume of flash for capsules: DirectStorage, DirectModify and VolumeSettings of TEP 128.
 *
 * NON-TOCK: TinyOS.
 *
 *     a capsule               read · write · erase · flush · crc · modify
 *     TinyosDirectStorage     one operation at a time
 *     Volume                  steps: read · write · erase
 *     StoreFlash              hil.flash
 */
import type * as hil from '#kernel/hil';
import type { Rejected, Result } from '#kernel/result';
import type { DirectModify, VolumeSettings } from '#libraries/tinyos/direct-storage';
import type { StoreFlash } from './store-flash.ts';
import { isIndex, resultOf } from './tinyos-errors.ts';
import { TinyosVolume } from './tinyos-volume.ts';

export class TinyosDirectStorage
  extends TinyosVolume<hil.directStorage.DirectModifyClient>
  implements hil.directStorage.DirectModify
{
  readonly settings: VolumeSettings;

  /** @param direct a volume on the flash's storage. */
  constructor(
    flash: StoreFlash,
    private readonly direct: DirectModify,
  ) {
    super(flash, direct, direct.settings.getVolumeSize());
    this.settings = direct.settings;
  }

  erase(eraseUnit: number): Result {
    return this.start(
      isIndex(eraseUnit, this.settings.getTotalEraseUnits()),
      () => this.direct.erase(eraseUnit),
      (client, outcome) => {
        client.eraseDone(eraseUnit, resultOf(outcome));
      },
    );
  }

  isSupported(): boolean {
    return this.direct.isSupported();
  }

  modify(addr: number, buf: Uint8Array, len: number): Result<void, Rejected<Uint8Array>> {
    const steps = (): ReturnType<DirectModify['modify']> =>
      this.direct.modify(addr, buf.subarray(0, len));
    const isPossible = this.isSupported();
    return this.withBuffer([isPossible ? addr : NaN, buf, len], steps, (client, outcome) => {
      client.modifyDone(addr, buf, len, resultOf(outcome));
    });
  }
}
