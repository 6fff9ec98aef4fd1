// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What userspace can do by itself about swaps: remember what it lent, and compare it with what comes back.
 *
 * NON-TOCK: neither library does it; libtock-rs's `returned_nonnull_upcall` comes nearest. Calls made by
 * `tock.trap` are not remembered.
 */
import { ErrorCode } from '#kernel/errorcode';
import { Register, ReturnVariant, SyscallClass, type SwapClass } from '#kernel/syscall';

/** Function pointer and appdata, or address and length. */
export type Pair = readonly [first: number, second: number];

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
const { R0, R1, R2, R3 } = Register;
const NONE: Pair = [0, 0];

/** A process's memory of what drivers have on loan. */
export class Loans {
  /** Whether the latest call gave back what it had to. */
  matched = true;
  private readonly held = new Map<string, Pair>();

  constructor(private readonly onMismatch: MismatchHook) {}

  /** Words of RAM that a program in C would need to remember as much: a pair for each number used. */
  get words(): number {
    return 2 * this.held.size;
  }

  /** Compares the answer of a call, which stands in the registers, and remembers what is lent now. */
  settle(
    swapClass: SwapClass,
    driverNum: number,
    number: number,
    passed: Pair,
    registers: Uint32Array,
  ): void {
    const key = `${swapClass} ${driverNum} ${number}`;
    const { [R0]: variant, [R1]: r1 = 0, [R2]: r2 = 0, [R3]: r3 = 0 } = registers;
    const call = CALLS[swapClass];
    this.matched = true;
    if (variant === ReturnVariant.SuccessU32U32) {
      const expected = this.held.get(key) ?? NONE;
      this.held.set(key, passed);
      this.compare({ call, driverNum, number, expected, got: [r1, r2] });
    } else if (variant === ReturnVariant.FailureU32U32) {
      // TRD 104 has a Null Upcall for a driver that is not there, the kernel what was passed.
      const absent = r1 === ErrorCode.NODEVICE && same(NONE, [r2, r3]);
      if (!absent) this.compare({ call, driverNum, number, expected: passed, got: [r2, r3] });
    }
  }

  private compare(mismatch: Mismatch): void {
    this.matched = same(mismatch.expected, mismatch.got);
    if (!this.matched) this.onMismatch(mismatch);
  }
}

/** Pairs whose first word is null lend nothing, whatever the second: before 2.0 it was forgotten (case B04). */
function same(expected: Pair, got: Pair): boolean {
  return expected[0] === got[0] && (expected[1] === got[1] || expected[0] === 0);
}
