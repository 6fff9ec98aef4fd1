// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What userspace can do by itself about swaps: remember what it lent, and compare it with what comes back.
 *
 * NON-TOCK: neither library does it; libtock-rs's `returned_nonnull_upcall` comes nearest. Calls made by
 * `tock.trap` are not remembered.
 */
import { ErrorCode } from '#kernel/errorcode';
import { Ok, type Result } from '#kernel/result';
import { SyscallClass, type SwapClass } from '#kernel/syscall';
import type { AnswerDecoding } from './answers.ts';

/** Function pointer and appdata, or address and length. */
export type Pair = readonly [first: number, second: number];

/** What the kernel held before, or the error of a call that exchanges a pair of words. */
export type Swapped = Result<Pair, number>;

/** A call that lends, by its method's name. */
export type LendingCall =
  'subscribe' | 'allowReadWrite' | 'allowReadOnly' | 'allowUserspaceReadable';

/** A call gave back another pair than it had to. */
export interface Mismatch {
  readonly call: LendingCall;
  readonly driverNum: number;
  /** Of the subscription or of the buffer. */
  readonly number: number;
  /** What was lent before; of a call that was refused, what it passed. */
  readonly expected: Pair;
  readonly got: Pair;
}

/** Called in the process, between its system calls: it cannot itself trap. What it throws is a fault. */
export type MismatchHook = (mismatch: Mismatch) => void;

const CALLS: Readonly<Record<SwapClass, LendingCall>> = {
  [SyscallClass.Subscribe]: 'subscribe',
  [SyscallClass.ReadWriteAllow]: 'allowReadWrite',
  [SyscallClass.ReadOnlyAllow]: 'allowReadOnly',
  [SyscallClass.UserspaceReadableAllow]: 'allowUserspaceReadable',
};
const NONE: Pair = [0, 0];

/** A process's memory of what drivers have on loan. */
export class Loans {
  /** Whether the latest call gave back what it had to. */
  matched = true;
  private readonly held = new Map<string, Pair>();

  constructor(
    private readonly answers: AnswerDecoding,
    /** Absent: nothing is compared. */
    private readonly onMismatch: MismatchHook | undefined,
  ) {}

  /** Words of RAM that a program in C would need to remember as much: a pair for each number used. */
  get words(): number {
    return 2 * this.held.size;
  }

  /** Whether just this is lent under a number. */
  holds(swapClass: SwapClass, driverNum: number, number: number, [first, second]: Pair): boolean {
    const held = this.held.get(keyOf(swapClass, driverNum, number)) ?? NONE;
    return held[0] === first && held[1] === second;
  }

  /**
   * Remembers what is lent now, and compares the call's answer, which stands in the registers. What was lent
   * before: as the kernel says, or as it is remembered where no kernel says it.
   */
  settle(
    swapClass: SwapClass,
    driverNum: number,
    number: number,
    passed: Pair,
    registers: Uint32Array,
  ): Swapped {
    const { answers } = this;
    const swapped = answers.swapped(registers);
    const call = { call: CALLS[swapClass], driverNum, number };
    this.matched = true;
    if (swapped.ok) {
      const key = keyOf(swapClass, driverNum, number);
      const expected = this.held.get(key) ?? NONE;
      this.held.set(key, passed);
      if (!answers.tells) return Ok(expected);
      this.compare({ ...call, expected, got: swapped.value });
      return swapped;
    }
    const got = answers.echo(registers);
    // TRD 104 has a Null Upcall for a driver that is not there, the kernel what was passed.
    const absent = swapped.error === ErrorCode.NODEVICE && got !== undefined && same(NONE, got);
    if (got !== undefined && !absent) this.compare({ ...call, expected: passed, got });
    return swapped;
  }

  private compare(mismatch: Mismatch): void {
    if (this.onMismatch === undefined) return;
    this.matched = same(mismatch.expected, mismatch.got);
    if (!this.matched) this.onMismatch(mismatch);
  }
}

const keyOf = (swapClass: SwapClass, driverNum: number, number: number): string =>
  `${swapClass} ${driverNum} ${number}`;

/** The message of a mismatch that nobody is told of. */
export function throwMismatch({ call, driverNum, number, expected, got }: Mismatch): never {
  const text = (pair: Pair): string => pair.map((word) => `0x${word.toString(16)}`).join(', ');
  throw new Error(
    `${call} of driver 0x${driverNum.toString(16)}, ${number}: gave back ${text(got)} for ${text(expected)}`,
  );
}

/** Pairs whose first word is null lend nothing, whatever the second: before 2.0 it was forgotten (case B04). */
function same(expected: Pair, got: Pair): boolean {
  return expected[0] === got[0] && (expected[1] === got[1] || expected[0] === 0);
}
