// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The matter of NOR flash: cells, programs of each word since its page was erased, erasures of each page.
 *
 * NON-TOCK: below any register. The law: a program only clears bits; a word takes a limited number of
 * programs between two erasures; a page wears out; an operation that is interrupted leaves a subset of
 * its bits moved. One class for all parts, its shape as data: several classes at the call sites of
 * `program` would cost an order of magnitude.
 *
 * A word is addressed by its index in the whole part; it is 4 bytes, little-endian.
 */
import { assert, panic } from '#kernel/assert';
import { Random } from '#kernel/random';

/** A flash part as data: shape and limits. */
export interface FlashPart {
  readonly name: string;
  /** Bytes a page: a power of two. */
  readonly pageSize: number;
  readonly pages: number;
  /** How often a word may be programmed between two erasures of its page. */
  readonly programsPerWord: number;
  /** How often a page may be erased in its life. */
  readonly erasesPerPage: number;
}

/** What happens when the law is broken: the board stops, it is counted, or the cells misbehave. */
export type OnViolation = 'trap' | 'count' | 'misbehave';

/** How a part behaves where parts differ. */
export interface NorFlashOptions {
  /** Default: trap. */
  readonly onViolation?: OnViolation;
  /** Seed for cells that misbehave; default 0. */
  readonly seed?: number;
}

/** What broke the law, in a sentence that says which word, which limit, and who touched it last. */
export interface Violation {
  readonly kind: 'sets-bits' | 'programs' | 'worn-out';
  readonly sentence: string;
}

/** The state of a part at an instant. Pages are shared with the part until they change. */
export interface FlashSnapshot {
  readonly cells: readonly Uint32Array[];
  readonly programs: readonly Uint8Array[];
  readonly erases: Uint32Array;
}

const ERASED = 0xffff_ffff;
const WORD_SIZE = 4;
/** Stands for "never" and "nobody" where the last program of a word is kept. */
const NEVER = -1;

export class NorFlash {
  /** Words programmed, bits moved or not, since the part was made. */
  wordsProgrammed = 0;
  /** Pages erased since the part was made. */
  pagesErased = 0;
  violations = 0;
  lastViolation: Violation | undefined;
  /** Who works on the flash now: named in explanations. */
  writer = 'an unnamed writer';

  readonly pageSize: number;
  readonly pages: number;
  /** Bytes of the whole part. */
  readonly size: number;
  private readonly pageShift: number;
  private readonly wordMask: number;
  private readonly limit: number;
  private readonly onViolation: OnViolation;
  private readonly random: Random;
  private cells: Uint32Array[] = [];
  private programs: Uint8Array[] = [];
  private erases: Uint32Array;
  /** 1 where a page's arrays belong to a snapshot, too. */
  private readonly shared: Uint8Array;
  /** When each word was programmed last, ns since power-on: for explanations only. */
  private readonly programTime: Float64Array;
  private timeSource: { readonly now: number } = { now: 0 };

  constructor(
    readonly part: FlashPart,
    options: NorFlashOptions = {},
  ) {
    const { pageSize, pages } = part;
    assert((pageSize & (pageSize - 1)) === 0, 'a page has a power of two bytes');
    this.pageSize = pageSize;
    this.pages = pages;
    this.size = pageSize * pages;
    this.pageShift = Math.log2(pageSize / WORD_SIZE);
    this.wordMask = pageSize / WORD_SIZE - 1;
    this.limit = part.programsPerWord;
    this.onViolation = options.onViolation ?? 'trap';
    this.random = new Random(options.seed ?? 0);
    this.erases = new Uint32Array(pages);
    this.shared = new Uint8Array(pages);
    this.programTime = new Float64Array(this.size / WORD_SIZE).fill(NEVER);
    for (let page = 0; page < pages; page++) {
      this.cells.push(new Uint32Array(pageSize / WORD_SIZE).fill(ERASED));
      this.programs.push(new Uint8Array(pageSize / WORD_SIZE));
    }
  }

  /** Names the clock that explanations are dated by: at each power-on. */
  attach(timeSource: { readonly now: number }): void {
    this.timeSource = timeSource;
    this.programTime.fill(NEVER);
  }

  // --- Operations --------------------------------------------------------------------------------

  /** The word at an index, unsigned. */
  read(word: number): number {
    return this.cells[word >>> this.pageShift]?.[word & this.wordMask] ?? ERASED;
  }

  /** Programs a word: the result is old AND value. False when that broke the law. */
  program(word: number, value: number): boolean {
    const page = word >>> this.pageShift;
    const index = word & this.wordMask;
    if (this.shared[page] !== 0) this.unshare(page);
    const cells = this.cells[page];
    const programs = this.programs[page];
    if (cells === undefined || programs === undefined) return this.outside(word);
    const old = cells[index] ?? ERASED;
    const count = programs[index] ?? 0;
    this.wordsProgrammed++;
    if (count >= this.limit || (old & value) >>> 0 !== value >>> 0) {
      return this.unlawful(word, old, value, count);
    }
    cells[index] = old & value;
    programs[index] = count + 1;
    this.programTime[word] = this.timeSource.now;
    return true;
  }

  /** Erases a page: all ones. False when it is worn out. */
  erase(page: number): boolean {
    if (this.shared[page] !== 0) this.unshare(page);
    const cells = this.cells[page];
    const programs = this.programs[page];
    if (cells === undefined || programs === undefined) return this.outside(page << this.pageShift);
    const count = (this.erases[page] ?? 0) + 1;
    this.erases[page] = count;
    this.pagesErased++;
    cells.fill(ERASED);
    programs.fill(0);
    return count <= this.part.erasesPerPage || this.worn(page, count);
  }

  /**
   * Leaves a program half done: of the bits that would be cleared, those of `moved` are. It does not
   * count as a program unless every bit moved.
   */
  interruptProgram(word: number, value: number, moved: number): void {
    const page = word >>> this.pageShift;
    if (this.shared[page] !== 0) this.unshare(page);
    const cells = this.cells[page];
    const programs = this.programs[page];
    if (cells === undefined || programs === undefined) return;
    const index = word & this.wordMask;
    const old = cells[index] ?? ERASED;
    const clearing = old & ~value;
    cells[index] = old & ~(clearing & moved);
    if ((clearing & ~moved) === 0) programs[index] = (programs[index] ?? 0) + 1;
  }

  /** Leaves an erasure half done: in each word, of the bits that are 0 those that `moved` says become 1. */
  interruptErase(page: number, moved: (word: number) => number): void {
    if (this.shared[page] !== 0) this.unshare(page);
    const cells = this.cells[page];
    if (cells === undefined) return;
    let complete = true;
    for (let index = 0; index < cells.length; index++) {
      const old = cells[index] ?? ERASED;
      const next = (old | (~old & moved(index))) >>> 0;
      cells[index] = next;
      complete = complete && next === ERASED;
    }
    if (!complete) return;
    this.erases[page] = (this.erases[page] ?? 0) + 1;
    this.programs[page]?.fill(0);
  }

  // --- Looking -----------------------------------------------------------------------------------

  /** A copy of bytes; the range may cross pages. */
  bytes(address: number, length: number): Uint8Array {
    const copy = new Uint8Array(length);
    this.readBytes(address, copy, length);
    return copy;
  }

  /** Copies `length` bytes from an address to the start of `target`. */
  readBytes(address: number, target: Uint8Array, length: number): void {
    for (let done = 0; done < length;) {
      const at = address + done;
      const page = Math.floor(at / this.pageSize);
      const offset = at % this.pageSize;
      const count = Math.min(length - done, this.pageSize - offset);
      const cells = this.cells[page];
      assert(cells !== undefined, `address 0x${at.toString(16)} is outside the flash`);
      target.set(new Uint8Array(cells.buffer, offset, count), done);
      done += count;
    }
  }

  /** Whether every bit of a page is 1. */
  isBlank(page: number): boolean {
    return this.cells[page]?.every((word) => word === ERASED) ?? true;
  }

  /** How often a page was erased. */
  eraseCount(page: number): number {
    return this.erases[page] ?? 0;
  }

  /** How often a word was programmed since its page was erased. */
  programCount(word: number): number {
    return this.programs[word >>> this.pageShift]?.[word & this.wordMask] ?? 0;
  }

  // --- States ------------------------------------------------------------------------------------

  /** Keeps the present state; costs two references a page, and a copy of each page that changes later. */
  snapshot(): FlashSnapshot {
    this.shared.fill(1);
    return {
      cells: this.cells.slice(),
      programs: this.programs.slice(),
      erases: this.erases.slice(),
    };
  }

  /** Goes back to a state of this part. */
  restore(state: FlashSnapshot): void {
    this.cells = state.cells.slice();
    this.programs = state.programs.slice();
    this.erases = state.erases.slice();
    this.shared.fill(1);
  }

  /** Loads the content of the whole part; words that are not blank count as programmed once. */
  load(image: Uint8Array): void {
    assert(image.length === this.size, `an image of this part has ${this.size.toString()} bytes`);
    for (let page = 0; page < this.pages; page++) {
      if (this.shared[page] !== 0) this.unshare(page);
      const cells = this.cells[page];
      const programs = this.programs[page];
      if (cells === undefined || programs === undefined) continue;
      new Uint8Array(cells.buffer).set(
        image.subarray(page * this.pageSize, (page + 1) * this.pageSize),
      );
      cells.forEach((word, index) => {
        programs[index] = word === ERASED ? 0 : 1;
      });
    }
  }

  private unshare(page: number): void {
    this.cells[page] = this.cells[page]?.slice() ?? new Uint32Array(0);
    this.programs[page] = this.programs[page]?.slice() ?? new Uint8Array(0);
    this.shared[page] = 0;
  }

  // --- Broken laws -------------------------------------------------------------------------------

  private outside(word: number): never {
    return panic(`address 0x${(word * WORD_SIZE).toString(16)} is outside the flash`);
  }

  private unlawful(word: number, old: number, value: number, count: number): boolean {
    const where = `word 0x${(word * WORD_SIZE).toString(16)}`;
    const since = this.programTime[word] ?? NEVER;
    const history =
      since === NEVER ? '' : `; last by ${this.writer} at ${(since / 1e6).toFixed(3)} ms`;
    if (count >= this.limit) {
      this.violate(
        'programs',
        `${where} was programmed ${(count + 1).toString()} times since its last erasure (limit ${this.limit.toString()})${history}`,
      );
    } else {
      const hex = (bits: number): string => `0x${(bits >>> 0).toString(16).padStart(8, '0')}`;
      this.violate(
        'sets-bits',
        `${where} holds ${hex(old)}: ${hex(value)} would set bits${history}`,
      );
    }
    this.store(word, old & value, count + 1);
    return false;
  }

  private store(word: number, result: number, count: number): void {
    const page = word >>> this.pageShift;
    const index = word & this.wordMask;
    const cells = this.cells[page];
    const programs = this.programs[page];
    if (cells === undefined || programs === undefined) return;
    const disturbed = this.onViolation === 'misbehave' && count > this.limit;
    cells[index] = disturbed ? result & this.random.u32() : result;
    programs[index] = Math.min(count, 0xff);
    this.programTime[word] = this.timeSource.now;
  }

  private worn(page: number, count: number): boolean {
    this.violate(
      'worn-out',
      `page ${page.toString()} was erased ${count.toString()} times (limit ${this.part.erasesPerPage.toString()})`,
    );
    if (this.onViolation === 'misbehave') {
      const stuck = this.random.below(this.wordMask + 1);
      const cells = this.cells[page];
      if (cells !== undefined) cells[stuck] = this.random.u32();
    }
    return false;
  }

  private violate(kind: Violation['kind'], sentence: string): void {
    this.violations++;
    this.lastViolation = { kind, sentence };
    if (this.onViolation === 'trap') panic(sentence);
  }
}
