// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A flash in memory that takes the time of a chip's: a store alone on it costs what it costs on the board, without
 * the system calls of an app.
 *
 * NON-TOCK: many times faster than a board, for distributions of many operations.
 */
import { FLASH_CTRL_LIMITS, FLASH_CTRL_TIMING } from '#chips/lowrisc/timing';
import { NVMC_TIMING } from '#chips/nrf52/timing';
import { EARLGREY_COSTS, NRF52840_COSTS } from '#kernel/costs';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { STUDIED_BOARDS, type BoardName } from './on-board.ts';

const WORD_SIZE = 4;
const FLASH_WORD = FLASH_CTRL_LIMITS.eccUnit.value;
const WINDOW = FLASH_CTRL_LIMITS.programWindow.value;

/** Nanoseconds of a chip's software and flash. */
interface ChipTimes {
  readonly read: number;
  readonly erase: number;
  /** Of a program of so many bytes at a byte offset. */
  readonly program: (offset: number, length: number) => number;
}

const CHIP_TIMES: Readonly<Record<BoardName, ChipTimes>> = {
  nrf52840dk: {
    read: NRF52840_COSTS.storeRead,
    erase: NVMC_TIMING.erasePage.value,
    program: (_, length) => (length / WORD_SIZE) * NVMC_TIMING.writeWord.value,
  },
  earlgrey: {
    read: EARLGREY_COSTS.storeRead,
    erase: FLASH_CTRL_TIMING.erasePage.value,
    program: earlgreyProgram,
  },
};

/** An operation for each window of 64 bytes; one of a single flash word takes longer. */
function earlgreyProgram(offset: number, length: number): number {
  const { programFlashWord, programSingle } = FLASH_CTRL_TIMING;
  let time = 0;
  for (let at = offset; at < offset + length;) {
    const end = Math.min(offset + length, at - (at % WINDOW) + WINDOW);
    const units = Math.ceil(end / FLASH_WORD) - Math.floor(at / FLASH_WORD);
    time += units === 1 ? programSingle.value : units * programFlashWord.value;
    at = end;
  }
  return time;
}

export class TimedFlash extends BufferStorage {
  /** Nanoseconds that programs and erasures took so far. */
  busy = 0;
  /** Nanoseconds that a read call of the store takes. */
  readonly readTime: number;
  private readonly times: ChipTimes;

  /** So many bytes of a board's flash, blank. */
  constructor(board: BoardName, bytes: number) {
    const { pageSize, part } = STUDIED_BOARDS[board].freshFlash();
    super({
      wordSize: WORD_SIZE,
      pageSize,
      numPages: bytes / pageSize,
      maxWordWrites: part.programsPerWord,
      maxPageErases: part.erasesPerPage,
    });
    this.times = CHIP_TIMES[board];
    this.readTime = this.times.read;
  }

  override write(
    page: number,
    byteOffset: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): boolean {
    this.busy += this.times.program(byteOffset, length);
    return super.write(page, byteOffset, bytes, start, length);
  }

  override erase(page: number): boolean {
    this.busy += this.times.erase;
    return super.erase(page);
  }
}
