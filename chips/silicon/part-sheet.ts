// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a data sheet says of a flash part, figure by figure with its source: enough to run a store on it
 * without its controller.
 *
 * NON-TOCK: below any register. Parts with a register model have one in a folder of their own.
 */
import type { Nanoseconds } from '#kernel/time';
import type { Figure } from './part.ts';

/** How long a program takes: units that it touches, never less than the least, window by window. */
export interface ProgramTime {
  /** Bytes that are programmed together. */
  readonly unit: Figure<number>;
  /** For each unit. */
  readonly each: Figure<Nanoseconds>;
  /** The shortest program, however few units it touches; absent: that of one unit. */
  readonly least?: Figure<Nanoseconds>;
  /** Bytes at whose multiples a program has to end and another to begin; absent: anywhere. */
  readonly window?: Figure<number>;
}

/** The figures of one part. */
export interface PartSheet {
  /** As it is printed: `nRF52833`. */
  readonly name: string;
  /** Bytes that are erased together. */
  readonly pageSize: Figure<number>;
  readonly pages: Figure<number>;
  readonly programsPerWord: Figure<number>;
  readonly erasesPerPage: Figure<number>;
  readonly program: ProgramTime;
  readonly erasePage: Figure<Nanoseconds>;
}

/** Says how long the program of some bytes from an address on takes, nanoseconds. */
export type ProgramClock = (address: number, bytes: number) => number;

/** The clock of a part's programs. */
export function programClock({ unit, each, least, window }: ProgramTime): ProgramClock {
  const [unitBytes, perUnit, shortest] = [unit.value, each.value, least?.value ?? 0];
  const windowBytes = window?.value ?? Infinity;
  return (address, bytes) => {
    const last = address + bytes;
    let time = 0;
    for (let at = address; at < last;) {
      const end = Math.min(last, windowBytes * (Math.floor(at / windowBytes) + 1));
      const units = Math.ceil(end / unitBytes) - Math.floor(at / unitBytes);
      time += Math.max(shortest, units * perUnit);
      at = end;
    }
    return time;
  };
}
