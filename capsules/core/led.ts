// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Lets processes switch the lights of a board.
 *
 * Mirrors `capsules/core/src/led.rs`; system calls in `doc/syscalls/00002_leds.md`. Lights belong to
 * nobody: each process switches any of them, and the last one to do so decides.
 */
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import type { ProcessError } from '#kernel/process';
import { Ok, type Result } from '#kernel/result';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';

const Command = { COUNT: 0, ON: 1, OFF: 2, TOGGLE: 3 } as const;

/** The driver: puts all lights out when it is made. It has no grant. */
export class LedDriver implements SyscallDriver {
  constructor(private readonly leds: readonly hil.led.Led[]) {
    for (const led of leds) {
      led.init();
      led.off();
    }
  }

  command(commandNum: number, index: number): CommandReturn {
    switch (commandNum) {
      case Command.COUNT:
        return CommandReturn.successU32(this.leds.length);
      case Command.ON:
        return this.change(index, (led) => led.on());
      case Command.OFF:
        return this.change(index, (led) => led.off());
      case Command.TOGGLE:
        return this.change(index, (led) => led.toggle());
      default:
        return CommandReturn.failure(ErrorCode.NOSUPPORT);
    }
  }

  allocateGrant(): Result<void, ProcessError> {
    return Ok();
  }

  private change(index: number, act: (led: hil.led.Led) => void): CommandReturn {
    const led = this.leds[index];
    if (led === undefined) return CommandReturn.failure(ErrorCode.INVAL);
    act(led);
    return CommandReturn.success();
  }
}
