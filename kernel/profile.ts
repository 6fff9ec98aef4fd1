// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What differs between kernel generations, as data that is chosen once when a board starts.
 *
 * NON-TOCK: each Tock release is one profile. Sources: TRD 104, the kernel of the release named, and
 * the pull requests named at the flags.
 */
import type { AnswerEncodingName } from './answer.ts';
import type { CallbackRulesName } from './callback-rules.ts';
import type { DriverInterface } from './driver.ts';
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
  /**
   * Who holds the upcalls of a driver whose interface lets it: the kernel (2.0, #2639), or the capsule, and
   * then what is demanded of the one that it gives back.
   */
  readonly callbacks: 'kernel' | CallbackRulesName;
  /** The older driver interfaces that the kernel serves; today's it always does, holding all for it. */
  readonly interfaces: readonly DriverInterface[];
  /** How answers and errors are numbered, and what a status is in an upcall. */
  readonly answers: AnswerEncodingName;
  /** Whether a function pointer has to lie in the process (2.0). */
  readonly upcallPointerChecked: boolean;
  /**
   * When a subscribe drops what is queued for the old upcall: before the driver is asked, so that a refused
   * subscribe loses it too (until 2.0); after success; or, after either, what is queued for exactly the
   * callback given back (#2462): a refused one that equals the one held takes that one's upcalls along.
   */
  readonly pendingUpcalls: 'dropped-before' | 'dropped-after' | 'dropped-with-callback';
  /** What a call to a driver that is not there answers. */
  readonly absentDriver: ErrorCode;
  /** Whether Yield has variants: in 1.x it always waits. */
  readonly yieldVariants: boolean;
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
  callbacks: 'kernel',
  interfaces: [],
  answers: 'from-one',
  upcallPointerChecked: true,
  pendingUpcalls: 'dropped-after',
  absentDriver: ErrorCode.NODEVICE,
  yieldVariants: true,
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

const VERSION_2_0: Profile = {
  ...VERSION_2_1,
  name: '2.0',
  description: 'Tock 2.0: the kernel holds upcalls, capsules hold buffers, unchecked',
  userspaceReadableAllow: false,
  interfaces: ['2.0'],
};

const EARLY_2021: Profile = {
  ...VERSION_2_0,
  name: '2.0-dev',
  description: 'tock-2.0-dev in early 2021: capsules exchange callbacks and buffers, unchecked',
  callbacks: 'unchecked',
  interfaces: ['1.x', '2.0-dev'],
  answers: 'from-zero',
  upcallPointerChecked: false,
  pendingUpcalls: 'dropped-before',
  absentDriver: ErrorCode.NOSUPPORT,
};

/** All profiles by name. */
export const PROFILES = {
  '1.x': {
    ...EARLY_2021,
    name: '1.x',
    description: 'Tock 1.x: capsules hold copies of callbacks; one signed number is the answer',
    interfaces: ['1.x'],
    answers: 'return-code',
    absentDriver: ErrorCode.NODEVICE,
    yieldVariants: false,
  },
  '2.0-dev': EARLY_2021,
  c: {
    ...EARLY_2021,
    name: 'c',
    description: 'Proposal #2282 (never released): callbacks know their process, and it is checked',
    callbacks: 'process-tagged',
  },
  d: {
    ...EARLY_2021,
    name: 'd',
    description: 'Proposal #2445 (never released): callbacks are moved, and come from a factory',
    callbacks: 'moved',
  },
  e: {
    ...EARLY_2021,
    name: 'e',
    description: 'Proposal #2462 (never released): callbacks are minted once, and compared',
    callbacks: 'minted',
    answers: 'from-one',
    pendingUpcalls: 'dropped-with-callback',
  },
  '2.0': VERSION_2_0,
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
