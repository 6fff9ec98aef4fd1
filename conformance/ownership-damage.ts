// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a process suffers when a capsule, or a kernel, does not keep to what was lent: as data.
 *
 * NON-TOCK: the threats are those that the core team weighed in the spring of 2021 (issue #1905, pull
 * requests #2282, #2445, #2462 and #2639), put into words that a run can be searched for.
 */
import type { SyscallClass } from '#kernel/syscall';
import type { Nanoseconds } from '#kernel/time';

/** What today's design promises never to happen, whatever a capsule does. */
export const OWNERSHIP_DAMAGE = [
  /** A function is called that the process took back, or whose subscribe was refused. */
  'stale-upcall',
  /** A function is called that is another process's, or that this one never lent. */
  'foreign-upcall',
  /** A function is called that is lent now, but under another number, or with other appdata. */
  'misdirected-upcall',
  /** A subscribe or an allow succeeded with another pair than the one lent before. */
  'wrong-old-value',
  /** An answer holds a pair of another process: a leak. */
  'foreign-old-value',
  /** A refusal gives back another pair than the one passed. */
  'wrong-refusal',
  /** A capsule reached bytes that were not lent to it under that number at that time. */
  'touched-buffer',
  /** A queued upcall was removed although its subscription stands. */
  'lost-upcall',
  /** An upcall ran more often than it was queued. */
  'duplicated-upcall',
] as const;

/** What no design prevents; all but the first are found only where a scenario says what a driver owes. */
export const OTHER_DAMAGE = [
  /** The queue of the process was full. */
  'dropped-upcall',
  /** An upcall that no command promised. */
  'unpromised-upcall',
  /** A promised upcall came with other words, or never. */
  'broken-promise',
  /** A number that the driver has to serve was refused. */
  'refused',
] as const;

/** The names of all kinds. */
export type DamageKind = (typeof OWNERSHIP_DAMAGE)[number] | (typeof OTHER_DAMAGE)[number];

/** One damage to one process. */
export interface Damage {
  readonly kind: DamageKind;
  /** Slot of the process that suffers. */
  readonly slot: number;
  readonly driverNum: number;
  /** The number of the upcall or the buffer, of the kind that `loan` names. */
  readonly number: number;
  readonly loan: LoanKind;
  /** What happened: the rest of a sentence that begins with the place. */
  readonly text: string;
  /** Virtual time, where the oracle was given a clock. */
  readonly time?: Nanoseconds;
}

/** What is lent: a function, or a buffer in one of three ways. */
export type LoanKind = 'upcall' | 'readOnly' | 'readWrite' | 'userspaceReadable';

/** What each class of call lends. */
export const LOAN_OF_CLASS: Readonly<Partial<Record<SyscallClass, LoanKind>>> = {
  1: 'upcall',
  3: 'readWrite',
  4: 'readOnly',
  7: 'userspaceReadable',
};

/** Whether a kind is one that today's design rules out. */
export function isOwnershipDamage({ kind }: Pick<Damage, 'kind'>): boolean {
  return (OWNERSHIP_DAMAGE as readonly string[]).includes(kind);
}

const NAME: Readonly<Record<LoanKind, string>> = {
  upcall: 'upcall',
  readOnly: 'read-only buffer',
  readWrite: 'read-write buffer',
  userspaceReadable: 'userspace-readable buffer',
};

/** A number as addresses and drivers are written. */
export const hex = (value: number): string => `0x${value.toString(16)}`;

/** A pair of words, as answers have them. */
export const pair = (first: number, second: number): string => `(${hex(first)}, ${hex(second)})`;

/** One line: `stale-upcall: process 0, driver 0x90004, upcall 1: …`. */
export function damageLine({ kind, slot, driverNum, number, loan, text }: Damage): string {
  return `${kind}: process ${slot.toString()}, driver ${hex(driverNum)}, ${NAME[loan]} ${number.toString()}: ${text}`;
}
