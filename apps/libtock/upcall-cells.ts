// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Upcalls that do nothing but keep their words, each as its type says (case C35).
 *
 * NON-TOCK: after the cells for which libtock-rs implements `Upcall` (`platform/src/subscribe.rs`).
 */
import type { UpcallFunction } from './userspace.ts';

/** Keeps what the latest upcall said; subscribe `cell.upcall`. */
export class UpcallCell<T> {
  /** What the latest upcall said, or what the cell began with. */
  value: T;
  /** To be subscribed. */
  readonly upcall: UpcallFunction;

  constructor(
    private readonly empty: T,
    readonly record: (argument0: number, argument1: number, argument2: number) => T,
  ) {
    this.value = empty;
    this.upcall = (argument0, argument1, argument2) => {
      this.value = record(argument0, argument1, argument2);
    };
  }

  /** Gives the value and empties the cell. */
  take(): T {
    const { value } = this;
    this.value = this.empty;
    return value;
  }
}

/** Whether the upcall ran. */
export function flagCell(): UpcallCell<boolean> {
  return new UpcallCell(false, () => true);
}

/** The first word; 0 before the upcall ran. */
export function wordCell(): UpcallCell<number> {
  return new UpcallCell(0, (argument0) => argument0);
}

/** The first two words; zeros before. */
export function pairCell(): UpcallCell<readonly [number, number]> {
  return new UpcallCell<readonly [number, number]>([0, 0], (argument0, argument1) => [
    argument0,
    argument1,
  ]);
}

/** All three words; zeros before. */
export function tripleCell(): UpcallCell<readonly [number, number, number]> {
  return new UpcallCell<readonly [number, number, number]>([0, 0, 0], (...words) => words);
}

/** As the cell given, but undefined before the upcall ran: tells zeros from none. */
export function optionCell<T>(cell: UpcallCell<T>): UpcallCell<T | undefined> {
  return new UpcallCell<T | undefined>(undefined, cell.record);
}
