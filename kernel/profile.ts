// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What differs between kernel generations, as data that is chosen once when a board starts.
 *
 * NON-TOCK: each Tock release is one profile. Sources: TRD 104, the kernel of the release named, and
 * the pull requests named at the flags.
 */
import { ErrorCode } from './errorcode.ts';

export interface Profile {
  readonly name: string;
  /** One line for lists. */
  readonly description: string;
  /**
   * What becomes of an upcall that is scheduled while the subscription is null: `dropped` (2.0, 2.1) or
   * `queued` as a return value that can satisfy Yield-WaitFor (2.2, #3577).
   */
  readonly nullUpcalls: 'dropped' | 'queued';
  /** Whether Yield variant 2 exists (2.2, #3577). */
  readonly yieldWaitFor: boolean;
  /**
   * A Yield variant that does not exist: the process faults (2.2, whose decoding fails), or control
   * returns (2.0 and 2.1, and TRD 104).
   */
  readonly unknownYield: 'fault' | 'return';
  /**
   * Whether Yield-Wait, too, writes a flag byte through r1, stale or not: until #3740 (2023-11, after 2.1)
   * the kernel treated it as Yield-NoWait that never finds the queue empty (#3738).
   */
  readonly yieldWaitWritesFlag: boolean;
  /** Whether system call class 7 exists; 2.0 cannot decode it, and the process faults. */
  readonly userspaceReadableAllow: boolean;
  /**
   * Yield-NoWait with nothing but return values queued: `counts` (code) sets the flag and the process
   * blocks; `ignored` (TRD 104: no upcall was run) clears the flag and control returns.
   */
  readonly noWaitNullUpcalls: 'counts' | 'ignored';
  /** A subscribe or allow number past the driver's count: NOSUPPORT (code), INVAL (TRD 104). */
  readonly numberOutOfRange: ErrorCode;
  /** What a subscribe to an absent driver returns: the pair passed (code), or a Null Upcall (TRD 104). */
  readonly absentDriverUpcall: 'passed' | 'null';
  /**
   * Key-value storage by permissions. `code`: a set without a write id is INVAL, and an overwritten value
   * carries its last writer's id. `trd` (the TRD on storage): NOSUPPORT, and the first writer's id stays.
   */
  readonly storageRules: 'code' | 'trd';
  /**
   * Whether unsubscribing also removes queued return values: they stay (code) and may satisfy a later
   * Yield-WaitFor, or go (TRD 104 §4.2: pending upcalls of the pair are gone).
   */
  readonly staleReturnValues: 'kept' | 'removed';
}

const VERSION_2_2: Profile = {
  name: '2.2',
  description: 'Tock 2.2 and later, as its kernel behaves (the default)',
  nullUpcalls: 'queued',
  yieldWaitFor: true,
  unknownYield: 'fault',
  yieldWaitWritesFlag: false,
  userspaceReadableAllow: true,
  noWaitNullUpcalls: 'counts',
  numberOutOfRange: ErrorCode.NOSUPPORT,
  absentDriverUpcall: 'passed',
  storageRules: 'code',
  staleReturnValues: 'kept',
};

const VERSION_2_1: Profile = {
  ...VERSION_2_2,
  name: '2.1',
  description: 'Tock 2.1: kernel-held upcalls and buffers, no Yield-WaitFor',
  nullUpcalls: 'dropped',
  yieldWaitFor: false,
  unknownYield: 'return',
  yieldWaitWritesFlag: true,
};

/** All profiles by name. */
export const PROFILES = {
  '2.0': {
    ...VERSION_2_1,
    name: '2.0',
    description: 'Tock 2.0: kernel-held upcalls; its capsule-held buffers are kernel-held here',
    userspaceReadableAllow: false,
  },
  '2.1': VERSION_2_1,
  '2.2': VERSION_2_2,
  '2.2-trd': {
    ...VERSION_2_2,
    name: '2.2-trd',
    description: 'Tock 2.2 as TRD 104 words it, where the kernel departs from its text',
    unknownYield: 'return',
    noWaitNullUpcalls: 'ignored',
    numberOutOfRange: ErrorCode.INVAL,
    absentDriverUpcall: 'null',
    storageRules: 'trd',
    staleReturnValues: 'removed',
  },
} as const satisfies Record<string, Profile>;

/** The name of a kernel generation. */
export type ProfileName = keyof typeof PROFILES;
