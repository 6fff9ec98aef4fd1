// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A command and the one upcall that it promises, in the three ways of lending it a callback.
 *
 * NON-TOCK: libtock-c's `*_sync` functions, made once for all drivers.
 */
import { Err, Ok, type Result } from '#kernel/result';
import { SyscallClass } from '#kernel/syscall';
import type { Libtock } from './libtock.ts';
import type { Loans } from './loans.ts';
import { optionCell, tripleCell, type UpcallCell } from './upcall-cells.ts';
import type { Userspace } from './userspace.ts';

/** The three words of an upcall. */
export type Triple = readonly [number, number, number];

/** One of the ways; arguments as of `Libtock.operate`. */
export type Operate = (
  tock: Libtock,
  driverNum: number,
  subscribeNum: number,
  commandNum: number,
  argument1: number,
  argument2: number,
) => Userspace<Result<Triple, number>>;

/** Lends no callback: Yield-WaitFor returns the words (2.2). */
export const operateAwaited: Operate = function* (
  tock,
  driverNum,
  subscribeNum,
  commandNum,
  argument1,
  argument2,
) {
  const accepted = yield* tock.command(driverNum, commandNum, argument1, argument2);
  if (!accepted.ok) return Err(accepted.error);
  return Ok(yield* tock.yieldWaitFor(driverNum, subscribeNum));
};

/** Lends a callback, and takes it back: also when lending had failed. */
export const operateScoped: Operate = function* (
  tock,
  driverNum,
  subscribeNum,
  commandNum,
  argument1,
  argument2,
) {
  const arrived = optionCell(tripleCell());
  const subscribed = yield* tock.subscribe(driverNum, subscribeNum, arrived.upcall);
  if (!subscribed.ok) {
    yield* tock.subscribe(driverNum, subscribeNum, null);
    return subscribed;
  }
  const accepted = yield* tock.command(driverNum, commandNum, argument1, argument2);
  if (accepted.ok) while (arrived.value === undefined) yield* tock.yieldWait();
  yield* tock.subscribe(driverNum, subscribeNum, null);
  return accepted.ok ? Ok(arrived.value ?? [0, 0, 0]) : Err(accepted.error);
};

/**
 * Lends a callback at the first operation, for good. Nothing can be called that is gone; but an upcall that
 * comes late is taken for the next operation's.
 */
export function operateStatic(loans: Loans): Operate {
  const cells = new Map<string, UpcallCell<Triple | undefined>>();
  return function* (tock, driverNum, subscribeNum, commandNum, argument1, argument2) {
    const key = `${driverNum} ${subscribeNum}`;
    const arrived = cells.get(key) ?? optionCell(tripleCell());
    cells.set(key, arrived);
    const pointer = tock.machine.functions.add(arrived.upcall);
    if (!loans.holds(SyscallClass.Subscribe, driverNum, subscribeNum, [pointer, 0])) {
      const subscribed = yield* tock.subscribe(driverNum, subscribeNum, arrived.upcall);
      if (!subscribed.ok) return subscribed;
    }
    arrived.take();
    const accepted = yield* tock.command(driverNum, commandNum, argument1, argument2);
    if (!accepted.ok) return Err(accepted.error);
    while (arrived.value === undefined) yield* tock.yieldWait();
    return Ok(arrived.value);
  };
}
