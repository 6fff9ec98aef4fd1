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
  /** Programs of one unit between two erasures of its page, whichever of its bytes they change; absent: words alone count. */
  readonly programsPerUnit?: Figure<number>;
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
  /** Bytes of the smallest program, to whose multiples all programs are aligned; absent: a word of 4. */
  readonly leastProgram?: Figure<number>;
  /** Pages that came bad from the factory, at most. */
  readonly badPages?: Figure<number>;
  /** Each page of a sector of so many has to be written again within `rewriteWithin` programs and erasures in the sector. */
  readonly rewriteSector?: Figure<number>;
  readonly rewriteWithin?: Figure<number>;
}

/** Bytes of a part's smallest program. */
export function leastProgramOf({ leastProgram }: PartSheet): number {
  return leastProgram?.value ?? WORD;
}

/** Bytes that are programmed together where a sheet does not say otherwise. */
const WORD = 4;

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
