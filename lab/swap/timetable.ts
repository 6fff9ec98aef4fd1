// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A driver that gives each step of a script its turn: an upcall a millisecond, to the process whose step it is.
 *
 * NON-TOCK: takes the place of an alarm, and of the chip behind it.
 */
import type { Grant } from '#kernel/grant';
import type { Kernel } from '#kernel/kernel';
import type { Chip } from '#kernel/platform/chip';
import type { ProcessError, ProcessId } from '#kernel/process';
import type { Result } from '#kernel/result';
import { CommandReturn, type SyscallDriver } from '#kernel/syscall-driver';
import { ms } from '#kernel/time';

/** Number of the driver. */
export const TIMETABLE_DRIVER = 0x90000;

export class Timetable implements SyscallDriver, Chip {
  private readonly grant: Grant<undefined>;
  private readonly due: (() => void)[] = [];

  /**
   * @param slots whose turn each step is.
   * @param between is called before each step and after the last.
   */
  constructor(
    private readonly kernel: Kernel,
    slots: readonly number[],
    between: () => void,
  ) {
    this.grant = kernel.createGrant(TIMETABLE_DRIVER, {
      upcalls: 1,
      allowRo: 0,
      allowRw: 0,
      size: 0,
      create: () => undefined,
    });
    for (let step = 0; step <= slots.length; step++) {
      kernel.clock.schedule(ms(step + 1), () => {
        this.due.push(() => {
          between();
          this.callUp(slots[step], step);
        });
      });
    }
  }

  hasPendingInterrupts(): boolean {
    return this.due.length > 0;
  }

  servicePendingInterrupts(): void {
    for (const act of this.due.splice(0)) act();
  }

  allocateGrant(processId: ProcessId): Result<void, ProcessError> {
    return this.grant.enter(processId, () => undefined);
  }

  command(): CommandReturn {
    return CommandReturn.success();
  }

  /** Gives a process its turn; one that has ended has none. */
  private callUp(slot: number | undefined, step: number): void {
    const process = slot === undefined ? undefined : this.kernel.processes[slot];
    if (process === undefined) return;
    this.grant.enter(process.processId, (_, kernel) => {
      kernel.scheduleUpcall(0, [step, 0, 0]);
    });
  }
}
