// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * BlockStorage of TEP 129, section 2: bytes by their address on any volume, and one erase for all of them.
 *
 * NON-TOCK: TinyOS.
 *
 *     BlockStorage    read   write   flush   crc      erase
 *                       │      │       │      │         │  for each unit
 *     DirectStorage   read   write   flush   crc    erase(0) erase(1) … erase(n - 1)
 *
 * There is no getSize: `settings` has it, as VolumeSettings. All but erase passes through, so that what holds of the volume
 * holds here: a write clears bits only, a length of zero is fine, and what is not all inside ends with OutOfRange.
 */
import { Ok } from '#kernel/result';
import type { Steps } from '../store/storage.ts';
import type { DirectStorage, TinyosOutcome, VolumeSettings } from './direct-storage.ts';

/** One operation at a time; each is to be driven to its end before the next begins. */
export class BlockStorage {
  constructor(private readonly direct: DirectStorage) {}

  /** The shape of the volume, instead of a size. */
  get settings(): VolumeSettings {
    return this.direct.settings;
  }

  /** A fresh copy of bytes. OutOfRange: not all of them are inside. */
  read(addr: number, len: number): Steps<TinyosOutcome<Uint8Array>> {
    return this.direct.read(addr, len);
  }

  /** Programs bytes: what was there AND these. Durable from a flush on, where the volume has a buffer. */
  write(addr: number, bytes: Uint8Array): Steps<TinyosOutcome> {
    return this.direct.write(addr, bytes);
  }

  /** Sets every byte to the fill byte. Ends with the first unit that fails; those before it are erased. */
  *erase(): Steps<TinyosOutcome> {
    const units = this.settings.getTotalEraseUnits();
    for (let unit = 0; unit < units; unit++) {
      const erased = yield* this.direct.erase(unit);
      if (!erased.ok) return erased;
    }
    return Ok();
  }

  /** Makes durable what was written. */
  flush(): Steps<TinyosOutcome> {
    return this.direct.flush();
  }

  /** CRC-16 of bytes, from a base on: the CRC of what comes before them, or 0. */
  crc(addr: number, len: number, baseCrc: number): Steps<TinyosOutcome<number>> {
    return this.direct.crc(addr, len, baseCrc);
  }
}
