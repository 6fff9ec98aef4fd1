// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Says hello on the console.
 *
 * NON-TOCK: after libtock-c's `examples/c_hello`.
 */
import type { Libtock } from './libtock/libtock.ts';
import type { Userspace } from './libtock/userspace.ts';

/** Prints one line and ends. */
export function* main(tock: Libtock): Userspace<number> {
  const printed = yield* tock.console.print('Hello World!\r\n');
  return printed.ok ? 0 : printed.error;
}
