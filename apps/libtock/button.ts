// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The buttons (driver 0x3), counted from 0.
 *
 * NON-TOCK: userspace of `doc/syscalls/00003_buttons.md`.
 */
import { Err, Ok, type Result } from '#kernel/result';
import type { Libtock } from './libtock.ts';
import type { Userspace } from './userspace.ts';

const DRIVER_NUM = 0x3;
const Command = { COUNT: 0, ENABLE: 1, DISABLE: 2, READ: 3 } as const;
const Upcall = { CHANGED: 0 } as const;

/** Says that a button was pressed or released; the error is always 0. */
export type ButtonCallback = (error: number, index: number, pressed: boolean) => unknown;

/** What `tock.button` is. */
export class Buttons {
  constructor(private readonly tock: Libtock) {}

  /** How many buttons there are; 0, too, when the board has no driver for them. */
  *count(): Userspace<number> {
    return (yield* this.tock.command(DRIVER_NUM, Command.COUNT)).successU32() ?? 0;
  }

  /** Whether a button is pressed now. INVAL: no such button. */
  *isPressed(index: number): Userspace<Result<boolean, number>> {
    const read = yield* this.tock.command(DRIVER_NUM, Command.READ, index);
    const state = read.successU32();
    return state === undefined ? Err(read.error) : Ok(state === 1);
  }

  /** From now on the callback hears, in yields, of every button that is enabled; null ends that. */
  *listen(callback: ButtonCallback | null): Userspace<Result<void, number>> {
    const upcall =
      callback === null
        ? null
        : (index: number, state: number): unknown => callback(0, index, state === 1);
    const swapped = yield* this.tock.subscribe(DRIVER_NUM, Upcall.CHANGED, upcall);
    return swapped.ok ? Ok() : swapped;
  }

  /** Makes a button cause upcalls, on press and on release. INVAL: no such button. */
  *enable(index: number): Userspace<Result<void, number>> {
    const enabled = yield* this.tock.command(DRIVER_NUM, Command.ENABLE, index);
    return enabled.ok ? Ok() : Err(enabled.error);
  }

  /** Makes a button cause no more upcalls. INVAL: no such button. */
  *disable(index: number): Userspace<Result<void, number>> {
    const disabled = yield* this.tock.command(DRIVER_NUM, Command.DISABLE, index);
    return disabled.ok ? Ok() : Err(disabled.error);
  }

  /**
   * Waits until a button is pressed. A callback of `listen` hears nothing of what happens meanwhile in
   * kernels with Yield-WaitFor, and is forgotten in others. INVAL: no such button.
   */
  *waitForPress(index: number): Userspace<Result<void, number>> {
    for (;;) {
      const changed = yield* this.tock.operate(DRIVER_NUM, Upcall.CHANGED, Command.ENABLE, index);
      if (!changed.ok) return changed;
      const [which, state] = changed.value;
      if (which === index && state === 1) return yield* this.disable(index);
    }
  }
}
