// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A powered chip for tests, without a kernel: what happens next happens when a test says so.
 *
 * NON-TOCK: tests of Tock's chips run on boards.
 */
import { blankCells, Nrf52840, type ChipOptions } from '#chips/nrf52/chip';
import { Nvmc } from '#chips/nrf52/nvmc';
import { Clock } from '#kernel/clock';
import { DeferredCalls } from '#kernel/deferred-call';
import { FOREVER } from '#kernel/time';

/** A chip and what stands around it. */
export interface Powered {
  readonly clock: Clock;
  readonly deferredCalls: DeferredCalls;
  readonly chip: Nrf52840;
  readonly cells: ChipOptions['cells'];
  readonly sent: number[];
  /** Interrupts and deferred calls that are due now. */
  serve(): void;
  /** Everything that will ever happen, time passing. */
  settle(): void;
}

/** Powers a chip on; the cells are blank unless given. */
export function power(options: Partial<ChipOptions> = {}): Powered {
  const clock = options.clock ?? new Clock();
  const deferredCalls = new DeferredCalls();
  const cells = options.cells ?? blankCells();
  const sent: number[] = [];
  const line = (bytes: Uint8Array): void => {
    sent.push(...bytes);
  };
  const chip = new Nrf52840({ clock, deferredCalls, cells, line, ...options });

  function serve(): void {
    while (chip.hasPendingInterrupts() || deferredCalls.hasTasks()) {
      chip.servicePendingInterrupts();
      deferredCalls.serviceNextPending();
    }
  }

  function settle(): void {
    serve();
    while (clock.nextEvent !== FOREVER) {
      clock.advanceTo(clock.nextEvent);
      serve();
    }
  }

  return { clock, deferredCalls, chip, cells, sent, serve, settle };
}

/** A driver of pages 192 to 195: small, and neither at the start nor at the end of the part. */
export function driver({ chip }: Powered): Nvmc {
  return new Nvmc(chip.nvmc, { firstPage: 192, pages: 4, nameOf: () => 'the store' });
}
