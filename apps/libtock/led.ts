// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The lights (driver 0x2), counted from 0.
 *
 * NON-TOCK: userspace of `doc/syscalls/00002_leds.md`. Nothing waits, so there is no form with a callback.
 */
import { Err, Ok, type Result } from '#kernel/result';
import type { Libtock } from './libtock.ts';
import type { Userspace } from './userspace.ts';

const DRIVER_NUM = 0x2;
const Command = { COUNT: 0, ON: 1, OFF: 2, TOGGLE: 3 } as const;

/** What `tock.led` is. */
export class Leds {
  constructor(private readonly tock: Libtock) {}

  /** How many lights there are; 0, too, when the board has no driver for them. */
  *count(): Userspace<number> {
    return (yield* this.tock.command(DRIVER_NUM, Command.COUNT)).successU32() ?? 0;
  }

  /** Switches a light on. INVAL: no such light. */
  *on(index: number): Userspace<Result<void, number>> {
    return yield* this.give(Command.ON, index);
  }

  /** Switches a light off. INVAL: no such light. */
  *off(index: number): Userspace<Result<void, number>> {
    return yield* this.give(Command.OFF, index);
  }

  /** Switches a light over. INVAL: no such light. */
  *toggle(index: number): Userspace<Result<void, number>> {
    return yield* this.give(Command.TOGGLE, index);
  }

  /** Shows a number: bit n on light n, as many as there are. */
  *show(bits: number): Userspace<Result<void, number>> {
    const count = yield* this.count();
    for (let index = 0; index < count; index++) {
      const lit = Math.floor(bits / 2 ** index) % 2 === 1;
      const shown = yield* this.give(lit ? Command.ON : Command.OFF, index);
      if (!shown.ok) return shown;
    }
    return Ok();
  }

  private *give(command: number, index: number): Userspace<Result<void, number>> {
    const done = yield* this.tock.command(DRIVER_NUM, command, index);
    return done.ok ? Ok() : Err(done.error);
  }
}
