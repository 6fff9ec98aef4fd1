// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CFSTORE whose deltas are rings.
 *
 * NON-TOCK: see ring-addresses.ts.
 */
import type { Steps, Storage } from '../../store/storage.ts';
import { Cfstore } from '../cfstore.ts';
import type { CfstoreConfig } from '../config.ts';
import { CfstoreError, type Status } from '../driver.ts';
import { RingAddresses, type ChanceOf } from './ring-addresses.ts';

export class RingCfstore extends Cfstore {
  private readonly ring: RingAddresses;

  constructor(
    private readonly storage: Storage,
    config: CfstoreConfig,
    chanceOf: ChanceOf,
  ) {
    const ring = new RingAddresses(storage, config.slots, chanceOf);
    super(storage, config, ring);
    this.ring = ring;
  }

  override *initialize(): Steps<Status> {
    const isFound = yield* this.ring.load(this.storage, this.config.mode.checksHeaders);
    return isFound ? yield* super.initialize() : CfstoreError.JOURNAL_FAILED;
  }
}
