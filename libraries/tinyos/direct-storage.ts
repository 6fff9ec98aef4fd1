// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What TEP 128 puts below the storages of TinyOS: DirectStorage, DirectModify and VolumeSettings, in steps.
 *
 * NON-TOCK: TinyOS.
 */
import { Err, type Result } from '#kernel/result';
import type { Outcome, StoreFault } from '../store/definition.ts';
import type { Steps } from '../store/storage.ts';

/** Why something was not done, finer than TinyOS says it: `errorOf` has its words. */
export type TinyosFault = StoreFault | 'OutOfRange' | 'TooLong' | 'NotFound' | 'Corrupt';

/** TinyOS's words. EBUSY is the capsule's to say: one operation at a time. */
export type TinyosError = 'FAIL' | 'ESIZE' | 'EINVAL';

const ERRORS: Readonly<Record<TinyosFault, TinyosError>> = {
  InvalidArgument: 'EINVAL',
  NoCapacity: 'ESIZE',
  TooLong: 'ESIZE',
  OutOfRange: 'FAIL',
  NotFound: 'FAIL',
  Corrupt: 'FAIL',
  NoLifetime: 'FAIL',
  StorageError: 'FAIL',
  InvalidStorage: 'FAIL',
};

/** What TinyOS says of a fault. */
export function errorOf(fault: TinyosFault): TinyosError {
  return ERRORS[fault];
}

/** What a fault is called under the contract that all stores share. */
export function storeFaultOf(fault: TinyosFault): StoreFault {
  switch (fault) {
    case 'OutOfRange':
    case 'TooLong':
    case 'NotFound':
      return 'InvalidArgument';
    case 'Corrupt':
      return 'InvalidStorage';
    default:
      return fault;
  }
}

/** How an operation of these storages ends. */
export type TinyosOutcome<T = void> = Result<T, TinyosFault>;

/** The same outcome in the words of all stores. */
export function* asStore<T>(steps: Steps<TinyosOutcome<T>>): Steps<Outcome<T>> {
  const outcome = yield* steps;
  return outcome.ok ? outcome : Err(storeFaultOf(outcome.error));
}

/** The shape of a volume. Sizes are in bytes; a unit of erase holds a whole number of units of write. */
export interface VolumeSettings {
  getVolumeSize(): number;
  getTotalEraseUnits(): number;
  getEraseUnitSize(): number;
  getEraseUnitSizeLog2(): number;
  getTotalWriteUnits(): number;
  getWriteUnitSize(): number;
  getWriteUnitSizeLog2(): number;
  /** What an erased byte reads as. */
  getFillByte(): number;
}

/** A volume: addresses are bytes from its begin. OutOfRange: not all of it is inside. */
export interface DirectStorage {
  readonly settings: VolumeSettings;
  read(addr: number, len: number): Steps<TinyosOutcome<Uint8Array>>;
  /** Programs bytes: old AND new. What it leaves in a buffer of the driver is durable from a flush on. */
  write(addr: number, bytes: Uint8Array): Steps<TinyosOutcome>;
  /** Sets all bits of a unit. */
  erase(eraseUnit: number): Steps<TinyosOutcome>;
  /** Makes durable what was written. */
  flush(): Steps<TinyosOutcome>;
  /** CRC-16 (polynomial 0x1021, highest bit first) of `len` bytes, from a base on. */
  crc(addr: number, len: number, baseCrc: number): Steps<TinyosOutcome<number>>;
}

/** A volume whose bytes can be changed in any way, where the part can. */
export interface DirectModify extends DirectStorage {
  isSupported(): boolean;
  /** Read, change, write back: bits may be set, too. */
  modify(addr: number, bytes: Uint8Array): Steps<TinyosOutcome>;
}
