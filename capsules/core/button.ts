// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Tells processes of presses and releases of a board's buttons.
 *
 * Mirrors `capsules/core/src/button.rs`; system calls in `doc/syscalls/00003_buttons.md`. A pin interrupts
 * while some process wants to know; when its last process has died, the next edge finds that out and
 * stops it. The state in an upcall is read when the interrupt is serviced, so a press that is over by then
 * shows as "released".
 */
import { assert } from '#kernel/assert';
import { ErrorCode } from '#kernel/errorcode';
import type { Grant } from '#kernel/grant';
import type * as hil from '#kernel/hil';
import { processErrorCode, type ProcessError, type ProcessId } from '#kernel/process';
import type { Result } from '#kernel/result';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';

const Command = { COUNT: 0, ENABLE: 1, DISABLE: 2, READ: 3 } as const;
const Upcall = { CHANGED: 0 } as const;
const State = { RELEASED: 0, PRESSED: 1 } as const;
/** One bit a button in a word of the grant. */
const MOST_BUTTONS = 32;

/** A button: its pin, and which level of it means pressed. */
export interface ButtonPin {
  readonly pin: hil.gpio.InterruptPin;
  readonly activeLow: boolean;
}

/** Which buttons a process wants to hear of: bit n for button n. */
export interface ButtonApp {
  subscribeMap: number;
}

/** What the driver's grant takes: one upcall, and a word of bits. */
export const BUTTON_GRANT = {
  upcalls: 1,
  allowRo: 0,
  allowRw: 0,
  size: 4,
  create: (): ButtonApp => ({ subscribeMap: 0 }),
} as const;

/** The driver; makes itself the client of each pin. At most 32 buttons. */
export class ButtonDriver implements SyscallDriver {
  constructor(
    private readonly buttons: readonly ButtonPin[],
    private readonly apps: Grant<ButtonApp>,
  ) {
    assert(buttons.length <= MOST_BUTTONS, 'the button driver has 32 buttons at most');
    for (const [index, button] of buttons.entries()) {
      button.pin.setClient({ fired: () => this.fired(index, button) });
    }
  }

  command(commandNum: number, index: number, _arg2: number, processId: ProcessId): CommandReturn {
    switch (commandNum) {
      case Command.COUNT:
        return CommandReturn.successU32(this.buttons.length);
      case Command.ENABLE:
        return this.withButton(index, (button) => this.enable(index, button, processId));
      case Command.DISABLE:
        return this.withButton(index, (button) => this.disable(index, button, processId));
      case Command.READ:
        return this.withButton(index, (button) => CommandReturn.successU32(stateOf(button)));
      default:
        return CommandReturn.failure(ErrorCode.NOSUPPORT);
    }
  }

  allocateGrant(processId: ProcessId): Result<void, ProcessError> {
    return this.apps.enter(processId, () => undefined);
  }

  private withButton(index: number, act: (button: ButtonPin) => CommandReturn): CommandReturn {
    const button = this.buttons[index];
    return button === undefined ? CommandReturn.failure(ErrorCode.INVAL) : act(button);
  }

  private enable(index: number, button: ButtonPin, processId: ProcessId): CommandReturn {
    const entered = this.apps.enter(processId, (app) => {
      app.subscribeMap |= 1 << index;
    });
    if (!entered.ok) return CommandReturn.failure(processErrorCode(entered.error));
    button.pin.enableInterrupts('either');
    return CommandReturn.success();
  }

  private disable(index: number, button: ButtonPin, processId: ProcessId): CommandReturn {
    const entered = this.apps.enter(processId, (app) => {
      app.subscribeMap &= ~(1 << index);
    });
    if (this.listeners(index) === 0) button.pin.disableInterrupts();
    return entered.ok
      ? CommandReturn.success()
      : CommandReturn.failure(processErrorCode(entered.error));
  }

  /** An edge: whoever wants to know hears of it. */
  private fired(index: number, button: ButtonPin): void {
    const state = stateOf(button);
    this.apps.each((_processId, app, kernel) => {
      if (wants(app, index)) kernel.scheduleUpcall(Upcall.CHANGED, [index, state, 0]);
    });
    if (this.listeners(index) === 0) button.pin.disableInterrupts();
  }

  /** How many living processes want to hear of a button. */
  private listeners(index: number): number {
    let count = 0;
    this.apps.each((_processId, app) => {
      if (wants(app, index)) count++;
    });
    return count;
  }
}

const wants = (app: ButtonApp, index: number): boolean => (app.subscribeMap & (1 << index)) !== 0;

function stateOf({ pin, activeLow }: ButtonPin): number {
  return pin.read() === activeLow ? State.RELEASED : State.PRESSED;
}
