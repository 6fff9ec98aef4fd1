// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A powered flash controller for tests, without a kernel: what happens next happens when a test says so.
 *
 * NON-TOCK: tests.
 */
import { earlgreyCells, type EarlgreyCells } from '#chips/lowrisc/cells';
import { FlashCtrl, type FlashCtrlOptions } from '#chips/lowrisc/flash-ctrl';
import { FlashCtrlPartition } from '#chips/lowrisc/flash-partition';
import {
  FlashCtrlRegisters,
  type FlashRegistersOptions,
} from '#chips/lowrisc/registers/flash-ctrl';
import { FlashRecorder } from '#conformance/flash-recorder';
import { Clock } from '#kernel/clock';
import { DeferredCalls } from '#kernel/deferred-call';
import { assert } from '#kernel/assert';
import type * as hil from '#kernel/hil';
import type { Result } from '#kernel/result';
import { FOREVER } from '#kernel/time';

/** Bytes a page. */
export const PAGE = 2048;
/** An erased word. */
export const ONES = 0xffff_ffff;

/** How a test wants it. */
export type PowerOptions = Partial<FlashRegistersOptions> &
  Pick<FlashCtrlOptions, 'ownRegion' | 'flaws' | 'trace'> & { readonly cells?: EarlgreyCells };

/** A controller and what stands around it. */
export interface Powered {
  readonly clock: Clock;
  readonly deferredCalls: DeferredCalls;
  readonly cells: EarlgreyCells;
  readonly registers: FlashCtrlRegisters;
  readonly controller: FlashCtrl;
  /** Interrupts that were served. */
  readonly interrupts: () => number;
  /** Interrupts and deferred calls that are due now. */
  serve(): void;
  /** Everything that will ever happen, time passing. */
  settle(): void;
}

/** Powers a controller on; the cells are blank unless given. */
export function power(options: PowerOptions = {}): Powered {
  const clock = options.clock ?? new Clock();
  const deferredCalls = new DeferredCalls();
  const cells = options.cells ?? earlgreyCells();
  cells.flash.attach(clock);
  const registers = new FlashCtrlRegisters({ clock, ...cells, ...options });
  const { flash } = cells;
  const controller = new FlashCtrl({ registers, flash, clock, deferredCalls, ...options });
  let interrupts = 0;

  function serve(): void {
    while (registers.interruptPending || deferredCalls.hasTasks()) {
      if (registers.interruptPending) {
        interrupts++;
        controller.handleInterrupt();
      }
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

  return {
    clock,
    deferredCalls,
    cells,
    registers,
    controller,
    interrupts: () => interrupts,
    serve,
    settle,
  };
}

/** A driver of pages 300 to 303, in bank 1. */
export function driver({ controller }: Powered): FlashCtrlPartition {
  return new FlashCtrlPartition(controller, {
    firstPage: 300,
    pages: 4,
    nameOf: () => 'the store',
  });
}

type Outcome = Result<void, hil.flash.FlashError>;

/** Keeps the error that each callback brings. */
export class Outcomes extends FlashRecorder {
  readonly errors: (hil.flash.FlashError | undefined)[] = [];

  override readComplete(buffer: Uint8Array, result: Outcome): void {
    this.keep(result);
    super.readComplete(buffer, result);
  }

  override writeComplete(buffer: Uint8Array, result: Outcome): void {
    this.keep(result);
    super.writeComplete(buffer, result);
  }

  override eraseComplete(result: Outcome): void {
    this.keep(result);
    super.eraseComplete(result);
  }

  override bytesRead(buffer: Uint8Array, length: number, result: Outcome): void {
    this.keep(result);
    super.bytesRead(buffer, length, result);
  }

  override bytesWritten(buffer: Uint8Array, length: number, result: Outcome): void {
    this.keep(result);
    super.bytesWritten(buffer, length, result);
  }

  private keep(result: Outcome): void {
    this.errors.push(result.ok ? undefined : result.error);
  }
}

/** A driver on a powered controller, whose operations are run to their end. */
export class Driven {
  readonly powered: Powered;
  readonly flash: FlashCtrlPartition;
  readonly client = new Outcomes();

  constructor(options: PowerOptions = {}) {
    this.powered = power(options);
    this.flash = driver(this.powered);
    this.flash.setClient(this.client);
  }

  /** Programs bytes. */
  write(address: number, bytes: readonly number[]): void {
    const accepted = this.flash.writeBytes(address, Uint8Array.from(bytes), bytes.length);
    assert(accepted.ok, 'the write was refused');
    this.powered.settle();
  }

  /** Reads bytes. */
  read(address: number, length: number): number[] {
    const buffer = new Uint8Array(length);
    assert(this.flash.readBytes(address, buffer, length).ok, 'the read was refused');
    this.powered.settle();
    return [...buffer];
  }

  /** Erases a page. */
  erase(page: number): void {
    assert(this.flash.erasePage(page).ok, 'the erasure was refused');
    this.powered.settle();
  }
}

/** So many times the same byte. */
export const same = (length: number, byte: number): number[] =>
  new Array<number>(length).fill(byte);
