// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The four words of a system call, and of its answer, as a kernel developer would write them down.
 *
 * NON-TOCK: Tock prints system calls with Rust's derived `Debug`.
 */
import { errorName } from '#kernel/errorcode';
import { ExitCall, MemopCall, ReturnVariant, SyscallClass, YieldCall } from '#kernel/syscall';
import { driverName, kebabCase } from './driver-names.ts';

/** The registers r0 to r3. */
export interface Words {
  readonly r0: number;
  readonly r1: number;
  readonly r2: number;
  readonly r3: number;
}

/** An address or a bit pattern: `0x40080`. */
export const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

/** The name of a value in one of the tables of numbers, in kebab case; the number when it has none. */
function nameIn(table: Readonly<Record<string, number>>, value: number): string {
  const name = Object.keys(table).find((key) => table[key] === value);
  return name === undefined ? String(value) : kebabCase(name);
}

/** The name of a class: `command`, `allow-read-only`; a class that does not exist by its number. */
export function className(syscallClass: number): string {
  switch (syscallClass) {
    case SyscallClass.ReadWriteAllow:
      return 'allow-read-write';
    case SyscallClass.ReadOnlyAllow:
      return 'allow-read-only';
    case SyscallClass.UserspaceReadableAllow:
      return 'allow-userspace-readable';
    default: {
      const name = nameIn(SyscallClass, syscallClass);
      return name === String(syscallClass) ? `class-${name}` : name;
    }
  }
}

/** The call: `command(console, 1, 14, 0)`, `subscribe(alarm, 0, 0x40080, 0)`, `yield-wait`. */
export function describeCall(syscallClass: number, { r0, r1, r2, r3 }: Words): string {
  switch (syscallClass) {
    case SyscallClass.Yield:
      return describeYield(r0, r1, r2);
    case SyscallClass.Command:
      return `command(${driverName(r0)}, ${r1}, ${r2}, ${r3})`;
    case SyscallClass.Subscribe:
      return `subscribe(${driverName(r0)}, ${r1}, ${hex(r2)}, ${r3})`;
    case SyscallClass.ReadWriteAllow:
    case SyscallClass.ReadOnlyAllow:
    case SyscallClass.UserspaceReadableAllow:
      return `${className(syscallClass)}(${driverName(r0)}, ${r1}, ${hex(r2)}, ${r3})`;
    case SyscallClass.Memop:
      return describeMemop(r0, r1);
    case SyscallClass.Exit:
      return `exit-${nameIn(ExitCall, r0)}(${r1})`;
    default:
      return `${className(syscallClass)}(${[r0, r1, r2, r3].map(hex).join(', ')})`;
  }
}

function describeYield(variant: number, r1: number, r2: number): string {
  switch (variant) {
    case YieldCall.NoWait:
      return `yield-no-wait(${hex(r1)})`;
    case YieldCall.Wait:
      return 'yield-wait';
    case YieldCall.WaitFor:
      return `yield-wait-for(${driverName(r1)}, ${r2})`;
    default:
      return `yield(${variant}, ${hex(r1)}, ${hex(r2)})`;
  }
}

function describeMemop(operation: number, argument: number): string {
  const name = nameIn(MemopCall, operation);
  switch (operation) {
    case MemopCall.Sbrk:
      return `memop(${name}, ${argument | 0})`;
    case MemopCall.Brk:
    case MemopCall.StackHint:
    case MemopCall.HeapHint:
      return `memop(${name}, ${hex(argument)})`;
    case MemopCall.FlashRegionStart:
    case MemopCall.FlashRegionEnd:
      return `memop(${name}, ${argument})`;
    default:
      return `memop(${name})`;
  }
}

/** Whether what the answer carries is an address. */
function answersAddresses(syscallClass: number): boolean {
  return syscallClass !== SyscallClass.Command;
}

/** The answer: `Success(3)`, `Failure(BUSY)`, and of a swap what was there before: `(0x0, 0)`. */
export function describeReturn(syscallClass: number, words: Words): string {
  const { r0, r1, r2, r3 } = words;
  if (r0 === ReturnVariant.SuccessU32U32 && answersAddresses(syscallClass)) {
    return `(${hex(r1)}, ${r2})`;
  }
  const show = answersAddresses(syscallClass) ? hex : String;
  const u64 = (low: number, high: number): string => String(BigInt(high) * 2n ** 32n + BigInt(low));
  switch (r0) {
    case ReturnVariant.Failure:
      return `Failure(${errorName(r1)})`;
    case ReturnVariant.FailureU32:
      return `Failure(${errorName(r1)}, ${show(r2)})`;
    case ReturnVariant.FailureU32U32:
      return `Failure(${errorName(r1)}, ${show(r2)}, ${String(r3)})`;
    case ReturnVariant.FailureU64:
      return `Failure(${errorName(r1)}, ${u64(r2, r3)})`;
    case ReturnVariant.Success:
      return 'Success';
    case ReturnVariant.SuccessU32:
      return `Success(${show(r1)})`;
    case ReturnVariant.SuccessU32U32:
      return `Success(${r1}, ${r2})`;
    case ReturnVariant.SuccessU64:
      return `Success(${u64(r1, r2)})`;
    case ReturnVariant.SuccessU32U32U32:
      return `Success(${r1}, ${r2}, ${r3})`;
    case ReturnVariant.SuccessU32U64:
      return `Success(${r1}, ${u64(r2, r3)})`;
    default:
      return `variant ${r0} (${[r1, r2, r3].map(hex).join(', ')})`;
  }
}
