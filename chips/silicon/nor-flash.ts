// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The matter of NOR flash: cells, programs of each word since its page was erased, erasures of each page.
 *
 * NON-TOCK: below any register. The law: a program only clears bits; a word takes a limited number of
 * programs between two erasures; a page wears out; an operation that is interrupted leaves a subset of
 * its bits moved. One class for all parts, its shape as data: several classes at the call sites of
 * `program` would cost an order of magnitude.
 *
 * A word is addressed by its index in the whole part; it is 4 bytes, little-endian. The cells lie in one
 * flat array, which is the fastest to program and to read and can be looked at as bytes; a snapshot
 * copies the pages that changed since the last one and shares the others.
 */
import { assert, panic } from '#kernel/assert';
import { BlockCounter } from './block-counter.ts';
import { EccUnits } from './ecc.ts';
import { History, wordAddress } from './history.ts';
import { Law } from './law.ts';
import { PageKeeper } from './page-keeper.ts';
import type { FlashPart, FlashSnapshot, NorFlashOptions, PageState, Violation } from './part.ts';

const ERASED = 0xffff_ffff;
const WORD_SIZE = 4;
const MOST_PROGRAMS = 0xff;

/** What dates explanations: a clock. */
interface TimeSource {
  readonly now: number;
  readonly epochMilliseconds: number;
}

export class NorFlash {
  /** Words programmed, bits moved or not, since the part was made. */
  wordsProgrammed = 0;
  /** Words whose bits a program moved, since the part was made. */
  wordsChanged = 0;
  /** Pages erased since the part was made. */
  pagesErased = 0;
  /** Time in which words were programmed, and in which pages were erased, ns. The controller adds to it. */
  readonly busy = { programming: 0, erasing: 0 };
  readonly pageSize: number;
  readonly pages: number;
  /** Bytes of the whole part. */
  readonly size: number;
  /** The cells as words. To look at: who changes them breaks the law unseen. */
  readonly words: Uint32Array;
  /** The cells as bytes, the same memory. To look at. */
  readonly cellBytes: Uint8Array;
  /** The check bits of a part that stores them: who programs both words of a unit says so there. */
  readonly ecc: EccUnits | undefined;

  private readonly pageShift: number;
  private readonly limit: number;
  private readonly changingOnly: boolean;
  private readonly law: Law;
  private readonly programs: Uint8Array;
  private readonly erases: Uint32Array;
  private readonly blocks: BlockCounter | undefined;
  /** 1 where a page changed since `kept` was. */
  private readonly dirty: Uint8Array;
  /** Made at the first snapshot. */
  private keeper: PageKeeper | undefined;
  private readonly kept: (PageState | undefined)[];
  private latest: FlashSnapshot | undefined;
  private readonly history: History | undefined;
  private writerNumber = 0;
  private timeSource: TimeSource = { now: 0, epochMilliseconds: 0 };
  private epoch = 0;

  constructor(
    readonly part: FlashPart,
    options: NorFlashOptions = {},
  ) {
    const { pageSize, pages, programsPerWord, blockRule, eccUnit } = part;
    const count = (pageSize * pages) / WORD_SIZE;
    assert(isPowerOfTwo(pageSize / WORD_SIZE), 'a page is a power of two of words');
    assert(pages > 0 && Number.isInteger(pages), 'a part has at least one page');
    assert(programsPerWord > 0 && programsPerWord <= MOST_PROGRAMS, 'a word takes 1-255 programs');
    this.pageSize = pageSize;
    this.pages = pages;
    this.size = pageSize * pages;
    this.pageShift = Math.log2(pageSize / WORD_SIZE);
    this.limit = programsPerWord;
    this.changingOnly = options.countPrograms === 'changing';
    this.law = new Law(options);
    this.words = new Uint32Array(count).fill(ERASED);
    this.cellBytes = new Uint8Array(this.words.buffer);
    this.programs = new Uint8Array(count);
    this.erases = new Uint32Array(pages);
    this.blocks = blockRule && new BlockCounter(blockRule, count);
    this.ecc = eccUnit === undefined ? undefined : new EccUnits(eccUnit, count);
    this.dirty = new Uint8Array(pages).fill(1);
    this.kept = Array.from({ length: pages }, () => undefined);
    this.history = options.history === false ? undefined : new History(count);
  }

  /** Names the clock that explanations are dated by: at each power-on. */
  attach(timeSource: TimeSource): void {
    this.timeSource = timeSource;
    this.epoch = timeSource.epochMilliseconds * 1e6;
  }

  /** Who works on the flash from now on: named in explanations. */
  set writer(name: string) {
    this.writerNumber = this.history?.numberOf(name) ?? 0;
  }

  // --- Operations --------------------------------------------------------------------------------

  /** The word at an index, unsigned. */
  read(word: number): number {
    return this.words[word] ?? this.outside(word);
  }

  /** Programs a word: the result is old AND value. False when that broke the law. */
  program(word: number, value: number): boolean {
    const old = this.words[word] ?? this.outside(word);
    const count = this.programs[word] ?? 0;
    this.wordsProgrammed++;
    if (count >= this.limit || (value & ~old) !== 0 || this.blocks !== undefined) {
      return this.programWithCare(word, old, value, count);
    }
    const unchanged = (old & ~value) === 0;
    if (unchanged && this.changingOnly) return true;
    if (!unchanged) this.wordsChanged++;
    this.words[word] = value;
    this.programs[word] = count + 1;
    this.dirty[word >>> this.pageShift] = 1;
    if (this.history !== undefined) this.remember(this.history, word, count);
    return true;
  }

  /** Erases a page: all ones. False when it is worn out. */
  erase(page: number): boolean {
    const count = (this.erases[page] ?? this.outside(page << this.pageShift)) + 1;
    this.pagesErased++;
    this.erases[page] = count;
    this.clear(page);
    return count <= this.part.erasesPerPage || this.worn(page, count);
  }

  /**
   * Leaves a program half done: of the bits that would be cleared, those of `moved` are. It does not
   * count as a program unless every bit moved, as in the strict model of OpenSK's store.
   */
  interruptProgram(word: number, value: number, moved: number): void {
    const old = this.words[word] ?? this.outside(word);
    const clearing = old & ~value;
    this.words[word] = old & ~(clearing & moved);
    this.dirty[word >>> this.pageShift] = 1;
    if ((clearing & ~moved) !== 0) return;
    this.programs[word] = Math.min((this.programs[word] ?? 0) + 1, MOST_PROGRAMS);
  }

  /**
   * Leaves an erasure half done: in each word, of the bits that are 0 those that `moved` says become 1;
   * it is given the word's index in the page. A cycle counts only when every bit moved.
   */
  interruptErase(page: number, moved: (index: number) => number): void {
    if (!this.weaken(page, moved)) return;
    this.erases[page] = (this.erases[page] ?? 0) + 1;
    this.clear(page);
  }

  /** Moves bits of a page towards 1 as `interruptErase` does, and counts no cycle; true when all are 1. */
  weaken(page: number, moved: (index: number) => number): boolean {
    if (this.erases[page] === undefined) this.outside(page << this.pageShift);
    const start = page << this.pageShift;
    const end = start + (1 << this.pageShift);
    let complete = true;
    for (let word = start; word < end; word++) {
      const old = this.words[word] ?? ERASED;
      const next = (old | (~old & moved(word - start))) >>> 0;
      this.words[word] = next;
      if (next !== old) this.ecc?.spoil(word >>> 1);
      complete = complete && next === ERASED;
    }
    this.dirty[page] = 1;
    return complete;
  }

  /** The two words of a unit were programmed, with check bits or without. */
  programCheck(unit: number, checked: boolean): void {
    const [low, high] = [this.read(unit * 2), this.read(unit * 2 + 1)];
    this.ecc?.programmed(unit, low, high, checked);
    this.dirty[(unit * 2) >>> this.pageShift] = 1;
  }

  private clear(page: number): void {
    const start = page << this.pageShift;
    const end = start + (1 << this.pageShift);
    this.words.fill(ERASED, start, end);
    this.programs.fill(0, start, end);
    this.blocks?.clear(start, end);
    this.ecc?.clear(start, end);
    this.dirty[page] = 1;
  }

  private remember(history: History, word: number, count: number): void {
    history.note(word, count, this.epoch + this.timeSource.now, this.writerNumber);
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
    if (address < 0 || address + length > this.size) this.outside(address / WORD_SIZE);
    target.set(this.cellBytes.subarray(address, address + length));
  }

  /** Whether every bit of a page is 1. */
  isBlank(page: number): boolean {
    const end = (page + 1) << this.pageShift;
    for (let word = page << this.pageShift; word < end; word++) {
      if (this.words[word] !== ERASED) return false;
    }
    return true;
  }

  /** How often a page was erased. */
  eraseCount(page: number): number {
    return this.erases[page] ?? 0;
  }

  /** How often a word was programmed since its page was erased; at most 255. */
  programCount(word: number): number {
    return this.programs[word] ?? 0;
  }

  // --- States ------------------------------------------------------------------------------------

  /** Keeps the present state. Costs a copy of each page that changed since the last snapshot. */
  snapshot(): FlashSnapshot {
    const { latest } = this;
    if (latest !== undefined && !this.dirty.includes(1)) return latest;
    const pages = this.kept.map((state, page) => {
      return state === undefined || this.dirty[page] !== 0 ? this.keep(page) : state;
    });
    this.latest = { pages };
    return this.latest;
  }

  /** Goes back to a state of this part, or of another one of the same shape. */
  restore(state: FlashSnapshot): void {
    assert(state.pages.length === this.pages, 'the snapshot is of a part with other pages');
    for (let page = 0; page < this.pages; page++) {
      const wanted = state.pages[page];
      if (wanted === undefined || (this.dirty[page] === 0 && this.kept[page] === wanted)) continue;
      this.putBack(page, wanted);
    }
    this.latest = state;
  }

  /** Loads bytes from an address on; words that are then not blank count as programmed once. */
  load(image: Uint8Array, address = 0): void {
    const fits = address >= 0 && address + image.length <= this.size;
    assert(fits, `an image of ${image.length} bytes does not fit into ${this.size} at ${address}`);
    this.cellBytes.set(image, address);
    const start = Math.floor(address / WORD_SIZE);
    const end = Math.ceil((address + image.length) / WORD_SIZE);
    this.history?.forget(start, end);
    for (let word = start; word < end; word++) {
      this.programs[word] = this.words[word] === ERASED ? 0 : 1;
      if (this.programs[word] === 1) this.ecc?.loaded(word >>> 1);
      this.dirty[word >>> this.pageShift] = 1;
    }
  }

  /** A copy of the whole part's content. */
  dump(): Uint8Array {
    return this.cellBytes.slice();
  }

  private pageKeeper(): PageKeeper {
    return (this.keeper ??= new PageKeeper(this.kept.map((_, page) => this.viewsOf(page))));
  }

  private viewsOf(page: number): Uint8Array[] {
    const { pageSize, pageShift } = this;
    const start = page << pageShift;
    const end = start + (1 << pageShift);
    const cells = this.cellBytes.subarray(page * pageSize, (page + 1) * pageSize);
    const blocks = this.blocks === undefined ? [] : [this.blocks.view(start, end)];
    const checks = this.ecc?.views(start, end) ?? [];
    return [cells, this.programs.subarray(start, end), ...blocks, ...checks];
  }

  private keep(page: number): PageState {
    const state = this.pageKeeper().keep(page, this.erases[page] ?? 0);
    this.kept[page] = state;
    this.dirty[page] = 0;
    return state;
  }

  private putBack(page: number, state: PageState): void {
    this.pageKeeper().putBack(page, state);
    this.history?.forget(page << this.pageShift, (page + 1) << this.pageShift);
    this.erases[page] = state.erases;
    this.kept[page] = state;
    this.dirty[page] = 0;
  }

  // --- Broken laws -------------------------------------------------------------------------------

  /** Laws broken, of any kind, since the part was made. */
  get violations(): number {
    return this.law.violations;
  }

  /** Programs that asked for a bit to be set, whether that counts as a violation or not. */
  get setBitRequests(): number {
    return this.law.setBitRequests;
  }

  /** The latest broken law, in words. */
  get lastViolation(): Violation | undefined {
    return this.law.lastViolation;
  }

  private outside(word: number): never {
    return panic(`${wordAddress(word)} is outside the flash of ${this.size} bytes`);
  }

  /** The cold half of `program`: limits that are reached, bits that would be set, blocks. */
  private programWithCare(word: number, old: number, value: number, count: number): boolean {
    const result = (old & value) >>> 0;
    const counts = result !== old || !this.changingOnly;
    const lawful = this.judge(word, old, value, counts);
    const spoilt = counts && !lawful && this.law.misbehaves;
    if (result !== old) this.wordsChanged++;
    this.words[word] = spoilt ? this.law.disturb(old, result) : result;
    this.dirty[word >>> this.pageShift] = 1;
    if (!counts) return lawful;
    this.programs[word] = Math.min(count + 1, MOST_PROGRAMS);
    if (this.history !== undefined) this.remember(this.history, word, count);
    return lawful;
  }

  private judge(word: number, old: number, value: number, counts: boolean): boolean {
    const count = this.programs[word] ?? 0;
    const story = (): string => this.history?.tell(word, count) ?? '; history is off';
    let lawful = true;
    if ((value & ~old) !== 0) lawful = this.law.setsBits(word, old, value, story);
    if (!counts) return lawful;
    if (count >= this.limit) lawful = this.law.programs(word, count + 1, this.limit, story);
    const { blocks } = this;
    if (blocks === undefined) return lawful;
    const inBlock = blocks.count(word);
    if (inBlock <= blocks.rule.programs) return lawful;
    return this.law.block(blocks.firstWord(word), inBlock, blocks.rule);
  }

  private worn(page: number, count: number): boolean {
    if (this.law.misbehaves) {
      const end = (page + 1) << this.pageShift;
      for (let word = page << this.pageShift; word < end; word++) {
        this.words[word] = this.law.stuck();
      }
    }
    return this.law.wornOut(page, count, this.part.erasesPerPage);
  }
}

function isPowerOfTwo(value: number): boolean {
  return value >= 1 && Number.isInteger(Math.log2(value));
}
