// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A guard around code that must come to its end: left in any other way, the process exits.
 *
 * NON-TOCK: after libtock-rs's `exit_on_drop`, which guards upcalls against unwinding and exits with 0;
 * here the code says that something went wrong.
 */
import { ErrorCode } from '#kernel/errorcode';
import type { Libtock } from './libtock.ts';
import type { Userspace } from './userspace.ts';

/** Runs the body and gives what it returns; when it throws, the process exits with the code instead. */
export function* exitOnDrop<T>(
  tock: Libtock,
  body: () => Userspace<T>,
  completionCode: number = ErrorCode.FAIL,
): Userspace<T> {
  let forgotten = false;
  try {
    const value = yield* body();
    forgotten = true;
    return value;
  } finally {
    if (!forgotten) yield* tock.exitTerminate(completionCode);
  }
}
