// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Low-level debug (driver 0x8): says numbers without buffers or upcalls.
 *
 * NON-TOCK: userspace of `doc/syscalls/00008_low_level_debug.md`.
 */
import type { CommandResult } from './command-result.ts';
import type { Libtock } from './libtock.ts';
import type { Userspace } from './userspace.ts';

const DRIVER_NUM = 0x8;
const Command = { EXISTS: 0, ALERT: 1, PRINT_1: 2, PRINT_2: 3 } as const;

export class LowLevelDebug {
  constructor(private readonly tock: Libtock) {}

  /** Reports a status code: 1 panic, 2 wrong location. */
  *alert(code: number): Userspace<CommandResult> {
    return yield* this.tock.command(DRIVER_NUM, Command.ALERT, code);
  }
  *print1(value: number): Userspace<CommandResult> {
    return yield* this.tock.command(DRIVER_NUM, Command.PRINT_1, value);
  }
  *print2(value0: number, value1: number): Userspace<CommandResult> {
    return yield* this.tock.command(DRIVER_NUM, Command.PRINT_2, value0, value1);
  }
}
