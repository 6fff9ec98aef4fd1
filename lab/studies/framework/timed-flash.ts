// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A flash in memory that adds up how long it is busy: a store alone on it costs what it costs on the board, without
 * the system calls of an app.
 *
 * NON-TOCK: many times faster than a board, for distributions of many operations.
 */
import { EARLGREY_SHEET } from '#chips/lowrisc/parts';
import { NRF_SHEETS } from '#chips/nrf52/parts';
import { programClock, type PartSheet, type ProgramClock } from '#chips/silicon/part-sheet';
import { EARLGREY_COSTS, NRF52840_COSTS } from '#kernel/costs';
import { us } from '#kernel/time';
import { BufferStorage } from '#libraries/store/buffer-storage';
import type { Geometry } from '#libraries/store/storage';
import type { CostModel } from './cost-model.ts';
import type { BoardName } from './on-board.ts';

/** Nanoseconds of what a store asks of its storage interface. */
export interface FlashClock {
  readonly write: ProgramClock;
  /** An erasure. */
  readonly erase: number;
  /** A read call that is not empty: software. */
  readonly read: number;
}

/** By the figures of a part, and what a read call takes there. */
export function clockOfPart({ program, erasePage }: PartSheet, read: number): FlashClock {
  return { write: programClock(program), erase: erasePage.value, read };
}

/** By a cost model. */
export function clockOfCosts(costs: CostModel): FlashClock {
  const { readCalls, wordsWritten, writeCalls, erases } = costs;
  return {
    write: (_, length) => us(writeCalls + (length / 4) * wordsWritten),
    erase: us(erases),
    read: us(readCalls),
  };
}

/** Flash with a clock. */
export class TimedFlash extends BufferStorage {
  /** Nanoseconds that programs and erasures took so far. */
  busy = 0;

  constructor(
    geometry: Geometry,
    readonly clock: FlashClock,
  ) {
    super(geometry);
  }

  override write(
    page: number,
    byteOffset: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): boolean {
    this.busy += this.clock.write(page * this.pageSize + byteOffset, length);
    return super.write(page, byteOffset, bytes, start, length);
  }

  override erase(page: number): boolean {
    this.busy += this.clock.erase;
    return super.erase(page);
  }
}

const BOARD_PARTS = {
  nrf52840dk: { sheet: NRF_SHEETS.nrf52840, read: NRF52840_COSTS.storeRead },
  earlgrey: { sheet: EARLGREY_SHEET, read: EARLGREY_COSTS.storeRead },
} as const satisfies Record<BoardName, { sheet: PartSheet; read: number }>;

/** So many bytes of a board's flash, blank. */
export function flashOfBoard(board: BoardName, bytes: number): TimedFlash {
  const { sheet, read } = BOARD_PARTS[board];
  const geometry = {
    wordSize: 4,
    pageSize: sheet.pageSize.value,
    numPages: bytes / sheet.pageSize.value,
    maxWordWrites: sheet.programsPerWord.value,
    maxPageErases: sheet.erasesPerPage.value,
  };
  return new TimedFlash(geometry, clockOfPart(sheet, read));
}
