// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A flash that notes what crosses its bus: what a store costs is counted here, never by the store.
 *
 * NON-TOCK: see `lab/studies/stores.ts`. Every word of a write counts as programmed, as the controller does it, whether
 * its bits move or not; a word that was programmed since its page was erased counts once more as programmed again.
 */
import { leastProgramOf, programClock, type ProgramClock } from '#chips/silicon/part-sheet';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { ReadCounter } from '#libraries/store/read-counter';
import type { Geometry } from '#libraries/store/storage';
import type { StudyPart } from '../workload/parts.ts';

/** What crossed the bus so far. */
export interface Meter {
  readonly readCalls: number;
  readonly readWords: number;
  readonly writeCalls: number;
  readonly programs: number;
  readonly programsAgain: number;
  readonly erases: number;
  /** Nanoseconds: programs and erasures by the part's figures, and the software's time of each read call. */
  readonly time: number;
}

const WORD = 4;

/** So many pages of a part, as a store sees them. */
export function geometryOf({ sheet }: StudyPart, pages: number): Geometry {
  return {
    wordSize: leastProgramOf(sheet),
    pageSize: sheet.pageSize.value,
    numPages: pages,
    maxWordWrites: sheet.programsPerWord.value,
    maxPageErases: sheet.erasesPerPage.value,
  };
}

export class MeteredFlash extends ReadCounter {
  private writeCalls = 0;
  private programs = 0;
  private programsAgain = 0;
  private erases = 0;
  private busy = 0;
  /** The most programs of one word between two erasures. */
  mostPrograms = 0;
  private readonly programsOf: Uint16Array;
  private readonly clock: ProgramClock;

  /** Wraps the cells; the part tells the times. */
  constructor(
    readonly cells: BufferStorage,
    private readonly part: StudyPart,
  ) {
    super(cells);
    this.programsOf = new Uint16Array(cells.image.length / WORD);
    this.clock = programClock(part.sheet.program);
  }

  override write(
    page: number,
    byteOffset: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): boolean | undefined {
    const address = page * this.pageSize + byteOffset;
    const count = length / WORD;
    this.writeCalls += 1;
    this.programs += count;
    this.busy += this.clock(address, length);
    for (let word = address / WORD; word < address / WORD + count; word++) {
      const programs = (this.programsOf[word] ?? 0) + 1;
      this.programsOf[word] = programs;
      if (programs > 1) this.programsAgain += 1;
      if (programs > this.mostPrograms) this.mostPrograms = programs;
    }
    return super.write(page, byteOffset, bytes, start, length);
  }

  override erase(page: number): boolean | undefined {
    const words = this.pageSize / WORD;
    this.erases += 1;
    this.busy += this.part.sheet.erasePage.value;
    this.programsOf.fill(0, page * words, (page + 1) * words);
    return super.erase(page);
  }

  /** What crossed the bus so far. */
  meter(): Meter {
    const { writeCalls, programs, programsAgain, erases } = this;
    const time = this.busy + this.calls * this.part.storeRead;
    const { calls: readCalls, words: readWords } = this;
    return { readCalls, readWords, writeCalls, programs, programsAgain, erases, time };
  }
}

/** What crossed the bus from one reading of the meter to the next. */
export function between(from: Meter, to: Meter): Meter {
  return {
    readCalls: to.readCalls - from.readCalls,
    readWords: to.readWords - from.readWords,
    writeCalls: to.writeCalls - from.writeCalls,
    programs: to.programs - from.programs,
    programsAgain: to.programsAgain - from.programsAgain,
    erases: to.erases - from.erases,
    time: to.time - from.time,
  };
}
