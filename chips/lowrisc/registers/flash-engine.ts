// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The operations of the flash controller: words through the two FIFOs, erasures, time, and power loss.
 *
 * NON-TOCK: hardware; as flash_ctrl_prog.sv and its siblings do. Cells change at the end of each flash
 * word and of an erasure. A program that is refused still takes all its words from the FIFO before it
 * is done; a read that fails still delivers all its words.
 */
import { panic } from '#kernel/assert';
import type { Clock, ClockEvent } from '#kernel/clock';
import type { Random } from '#kernel/random';
import { FOREVER, ns, type Nanoseconds } from '#kernel/time';
import type { NorFlash } from '../../silicon/nor-flash.ts';
import { FLASH_CTRL_LIMITS, type FlashTimes } from '../timing.ts';
import { flashWordAt, type FlashArray, type Halves, type Place } from './flash-array.ts';
import { ADDRESS_MASK, ErrCode, FIFO_DEPTH } from './flash-map.ts';
import { infoPage, type FlashProtection, type PageRules } from './flash-protection.ts';
import { Burn, Wipe, type Erasure, type Work } from './flash-work.ts';
import { WordFifo } from './word-fifo.ts';

const ONES = 0xffff_ffff;
const WORD_SIZE = 4;
const FLASH_WORD = FLASH_CTRL_LIMITS.eccUnit.value;
const WINDOW = FLASH_CTRL_LIMITS.programWindow.value;
const PAGE = FLASH_CTRL_LIMITS.pageSize.value;
const PAGES_PER_BANK = FLASH_CTRL_LIMITS.pagesPerBank.value;
const INFO_PAGES = FLASH_CTRL_LIMITS.infoPagesPerBank.value;
const BANK = PAGE * PAGES_PER_BANK;

/** What CONTROL and ADDR ask for. */
export interface Command {
  /** Byte address of the first bus word. */
  readonly address: number;
  /** Bus words. */
  readonly words: number;
  /** The type of information pages; undefined: data pages. */
  readonly info: number | undefined;
}

/** Who is told what happens. */
export interface EngineOwner {
  /** A FIFO has another level. */
  levelsChanged(): void;
  /** The operation is over, with bits of ERR_CODE, and the address of the first error. */
  finished(errors: number, address: number): void;
}

/** What an engine works with. */
export interface EngineParts {
  readonly clock: Clock;
  readonly flash: NorFlash;
  readonly info: NorFlash;
  readonly array: FlashArray;
  readonly protection: FlashProtection;
  readonly times: FlashTimes;
}

/** A read or a program under way. */
interface Transfer {
  readonly kind: 'read' | 'program';
  readonly info: number | undefined;
  /** Byte address of the next bus word. */
  address: number;
  /** Bus words still to move. */
  left: number;
  /** How long a flash word of it takes to program. */
  readonly time: Nanoseconds;
  errors: number;
  errorAddress: number;
}

/** Work under way: until the event. */
interface Running {
  readonly work: Work;
  readonly begin: Nanoseconds;
  readonly event: ClockEvent;
}

export class FlashEngine {
  private readonly programFifo = new WordFifo(FIFO_DEPTH.PROG);
  private readonly readFifo = new WordFifo(FIFO_DEPTH.RD);
  private transfer: Transfer | undefined;
  private running: Running | undefined;
  /** What the rest of a failed read delivers. */
  private fill: number | undefined;
  private fifosHeld = false;

  constructor(
    private readonly parts: EngineParts,
    private readonly owner: EngineOwner,
  ) {}

  /** Words in the program FIFO. */
  get programLevel(): number {
    return this.programFifo.level;
  }

  /** Words in the read FIFO. */
  get readLevel(): number {
    return this.readFifo.level;
  }

  /** The page at a byte address; undefined when there is none. */
  place(address: number, info: number | undefined): Place | undefined {
    if (address > ADDRESS_MASK) return undefined;
    const { flash, info: infoCells, protection } = this.parts;
    const page = Math.floor(address / PAGE);
    if (info === undefined) return { cells: flash, page, rules: protection.data(page) };
    const inPart = infoPage(Math.floor(address / BANK), info, page % PAGES_PER_BANK);
    if (inPart === undefined) return undefined;
    return { cells: infoCells, page: inPart, rules: protection.info(inPart) };
  }

  // --- Reads -------------------------------------------------------------------------------------

  /** Starts a read. It costs no time: words are there as fast as the FIFO takes them. */
  read(command: Command): void {
    this.fill = undefined;
    this.begin('read', command, 0);
    this.fillReadFifo();
  }

  /** Takes a word from the read FIFO; an empty one is a bus fault, which panics. */
  popRead(): number {
    const word = this.readFifo.shift() ?? noRead();
    this.owner.levelsChanged();
    this.fillReadFifo();
    return word;
  }

  /**
   * Takes words as loads in a row do: they empty the read FIFO, the rest comes through it one by one, and it is
   * full again when the row is over.
   */
  popReads(target: Uint32Array, count: number): void {
    const { readFifo } = this;
    let taken = 0;
    while (taken < count && readFifo.level > 0) target[taken++] = readFifo.shift() ?? noRead();
    while (taken < count) {
      const { transfer } = this;
      const reads = transfer?.kind === 'read' && transfer.left > 0 && !this.fifosHeld;
      taken += reads ? this.fetch(transfer, target, taken, count - taken) : noRead();
    }
    this.owner.levelsChanged();
    this.fillReadFifo();
  }

  private fillReadFifo(): void {
    const { transfer, readFifo } = this;
    if (transfer?.kind !== 'read' || this.fifosHeld) return;
    while (transfer.left > 0 && !readFifo.isFull) {
      const { tail, gap } = readFifo;
      readFifo.level += this.fetch(transfer, readFifo.words, tail, gap);
    }
    this.owner.levelsChanged();
    if (transfer.left === 0) this.end();
  }

  /** Fetches the next words of a read, of one page at most; how many. */
  private fetch(transfer: Transfer, target: Uint32Array, at: number, most: number): number {
    const { address, info, left } = transfer;
    const place = this.fill === undefined ? this.place(address, info) : undefined;
    if (place === undefined || !isPlain(place.rules)) {
      target[at] = this.nextWord(transfer);
      return moved(transfer, 1);
    }
    const inPage = address % PAGE;
    const count = Math.min(most, left, (PAGE - inPage) / WORD_SIZE);
    const first = (place.page * PAGE + inPage) / WORD_SIZE;
    target.set(place.cells.words.subarray(first, first + count), at);
    return moved(transfer, count);
  }

  private nextWord(transfer: Transfer): number {
    const { address } = transfer;
    if (this.fill !== undefined) return this.fill;
    const place = this.place(address, transfer.info);
    if (place?.rules.read !== true) return this.failRead(transfer, ErrCode.MP, ONES);
    const pair = this.parts.array.read(place, flashWordAt(place, address % PAGE));
    if (pair === undefined) return this.failRead(transfer, ErrCode.RD, 0);
    return address % FLASH_WORD === 0 ? pair[0] : pair[1];
  }

  private failRead(transfer: Transfer, error: number, fill: number): number {
    fail(transfer, error);
    this.fill = fill;
    return fill;
  }

  // --- Programs ----------------------------------------------------------------------------------

  /** Starts a program; `errors` are bits of ERR_CODE that refuse it whatever it is about. */
  program(command: Command, errors: number): void {
    const { flashWord, single } = this.parts.times;
    const last = command.address + (command.words - 1) * WORD_SIZE;
    const one = Math.floor(command.address / FLASH_WORD) === Math.floor(last / FLASH_WORD);
    const transfer = this.begin('program', command, one ? single : flashWord);
    const crosses = Math.floor(command.address / WINDOW) !== Math.floor(last / WINDOW);
    const refused = errors | (crosses ? ErrCode.PROG_WIN : 0);
    const place = this.place(command.address, command.info);
    if (refused !== 0) fail(transfer, refused);
    else if (place?.rules.program !== true) fail(transfer, ErrCode.MP);
    this.programNext();
  }

  /** Puts a word into the program FIFO; while it is full the CPU waits, for ever is a bus fault. */
  pushProgram(word: number): void {
    const { clock } = this.parts;
    if (this.fifosHeld) return;
    while (this.programFifo.isFull) {
      if (this.transfer?.kind !== 'program' || clock.nextEvent === FOREVER) {
        panic('bus fault: a store to PROG_FIFO, which is full');
      }
      clock.advanceTo(clock.nextEvent);
    }
    this.programFifo.push(word);
    this.owner.levelsChanged();
    this.programNext();
  }

  /** Takes the words of the next flash word when they are there and the macro is free. */
  private programNext(): void {
    const { transfer } = this;
    if (transfer?.kind !== 'program') return;
    while (this.running === undefined && transfer.left > 0) {
      const { address } = transfer;
      const halves = this.takeHalves(transfer);
      if (halves === undefined) return;
      if (transfer.errors === 0) this.burn(transfer, address, halves);
    }
    if (this.running === undefined) this.end();
  }

  /** The words of the next flash word, from the program FIFO; undefined while some are missing. */
  private takeHalves(transfer: Transfer): Halves | undefined {
    const second = transfer.address % FLASH_WORD !== 0;
    const count = second ? 1 : Math.min(2, transfer.left);
    if (this.programFifo.level < count) return undefined;
    const word = this.programFifo.shift();
    const next = count === 2 ? this.programFifo.shift() : undefined;
    moved(transfer, count);
    this.owner.levelsChanged();
    return second ? [undefined, word] : [word, next];
  }

  private burn(transfer: Transfer, address: number, halves: Halves): void {
    const place = this.place(address, transfer.info);
    if (place === undefined) return;
    const index = flashWordAt(place, address % PAGE);
    place.cells.busy.programming += transfer.time;
    this.doFor(transfer.time, new Burn(this.parts.array, place, index, halves));
  }

  // --- Erasures ----------------------------------------------------------------------------------

  /** Starts the erasure of the page at an address. */
  erasePage({ address, info }: Command): void {
    const place = this.place(address, info);
    if (place?.rules.erase === true) {
      this.erase([{ cells: place.cells, pages: [place.page] }], this.parts.times.page);
    } else {
      this.owner.finished(ErrCode.MP, address);
    }
  }

  /** Starts the erasure of the bank at an address: its data pages, with `info` those of information too. */
  eraseBank({ address, info }: Command): void {
    const bank = Math.floor(address / BANK);
    if (!this.parts.protection.mayEraseBank(bank)) {
      this.owner.finished(ErrCode.MP, address);
      return;
    }
    const data = { cells: this.parts.flash, pages: range(bank * PAGES_PER_BANK, PAGES_PER_BANK) };
    const infoPages = { cells: this.parts.info, pages: range(bank * INFO_PAGES, INFO_PAGES) };
    this.erase(info === undefined ? [data] : [data, infoPages], this.parts.times.bank);
  }

  private erase(erasures: readonly Erasure[], time: Nanoseconds): void {
    for (const { cells } of erasures) cells.busy.erasing += time;
    this.doFor(time, new Wipe(this.parts.array, erasures));
  }

  /** Ends an erasure under way: what the pages then hold is undefined. Programs are left alone. */
  suspend(random: Random): void {
    if (this.transfer !== undefined || this.running === undefined) return;
    this.tear(random);
    this.owner.finished(0, 0);
  }

  // --- Common ------------------------------------------------------------------------------------

  /** Holds both FIFOs empty, or lets them go. */
  holdFifos(held: boolean): void {
    this.fifosHeld = held;
    if (held) {
      this.programFifo.clear();
      this.readFifo.clear();
      this.owner.levelsChanged();
    } else {
      this.fillReadFifo();
    }
  }

  /** Ends the work of the macro at once: each of its bits has moved by the share of the time. */
  tear(random: Random): void {
    const { running } = this;
    const { clock } = this.parts;
    this.transfer = undefined;
    this.running = undefined;
    if (running === undefined) return;
    const { work, begin, event } = running;
    clock.cancel(event);
    work.tear(random, (clock.now - begin) / (event.time - begin));
  }

  private begin(kind: Transfer['kind'], command: Command, time: number): Transfer {
    const { address, words, info } = command;
    const transfer: Transfer = {
      kind,
      info,
      address,
      left: words,
      time: ns(time),
      errors: 0,
      errorAddress: 0,
    };
    this.transfer = transfer;
    return transfer;
  }

  private end(): void {
    const { transfer } = this;
    this.transfer = undefined;
    if (transfer !== undefined) this.owner.finished(transfer.errors, transfer.errorAddress);
  }

  private doFor(time: Nanoseconds, work: Work): void {
    const { clock } = this.parts;
    const event = clock.schedule(ns(clock.now + time), this.workIsDone);
    this.running = { work, begin: clock.now, event };
  }

  private readonly workIsDone = (): void => {
    const { running, transfer } = this;
    this.running = undefined;
    running?.work.done();
    if (transfer === undefined) this.owner.finished(0, 0);
    else this.programNext();
  };
}

/** Words that may be read and are stored as they are. */
function isPlain({ read, ecc, scramble }: PageRules): boolean {
  return read && !ecc && !scramble;
}

/** So many words of a transfer are through. */
function moved(transfer: Transfer, count: number): number {
  transfer.address += count * WORD_SIZE;
  transfer.left -= count;
  return count;
}

function noRead(): never {
  return panic('bus fault: a load from RD_FIFO, which is empty');
}

function fail(transfer: Transfer, error: number): void {
  transfer.errors = error;
  transfer.errorAddress = transfer.address;
}

function range(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
