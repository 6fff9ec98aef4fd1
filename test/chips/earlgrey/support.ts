// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A powered Earl Grey for tests, without a kernel: what happens next happens when a test says so.
 *
 * NON-TOCK: tests of Tock's chips run on boards.
 */
import { EarlGrey } from '#chips/earlgrey/chip';
import { Clock } from '#kernel/clock';
import { FOREVER } from '#kernel/time';

/** A chip and what stands around it. */
export interface Powered {
  readonly clock: Clock;
  readonly chip: EarlGrey;
  readonly sent: number[];
  /** Everything that will ever happen, time passing. */
  settle(): void;
  /** Lets time pass until an interrupt is raised, which is not serviced. */
  untilPending(): void;
}

/** Powers a chip on. */
export function power(seed?: number): Powered {
  const clock = new Clock();
  const sent: number[] = [];
  const line = (bytes: Uint8Array): void => {
    sent.push(...bytes);
  };
  const chip = new EarlGrey({ clock, line, ...(seed === undefined ? {} : { seed }) });

  function settle(): void {
    chip.servicePendingInterrupts();
    while (clock.nextEvent !== FOREVER) {
      clock.advanceTo(clock.nextEvent);
      chip.servicePendingInterrupts();
    }
  }

  function untilPending(): void {
    while (!chip.hasPendingInterrupts()) clock.advanceTo(clock.nextEvent);
  }

  return { clock, chip, sent, settle, untilPending };
}
