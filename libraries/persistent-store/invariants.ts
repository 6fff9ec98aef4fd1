// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What must hold of the flash of an open store between two operations, read from its bits and its wear alone.
 *
 * NON-TOCK: the invariants that OpenSK's driver checks, and some that its format implies.
 *
 * The walk reads words by itself and shares only the arithmetic of positions with the store.
 */
import type { BufferStorage } from '../store/buffer-storage.ts';
import { Format } from './format.ts';

/** The invariants of an open store, each as what it demands. */
export const INVARIANTS = {
  rules: 'the flash is only written and erased as its rules allow',
  result: 'an operation ends as the specification says',
  entries: 'the store holds the keys and values of the specification, each key once',
  capacity: 'the store counts the capacity of the specification',
  atomic: 'after a cut, the store is as before or as after the operation',
  boot: 'a store that only lost power boots',
  lifetime:
    'a lack of lifetime is reported only when a compaction is needed and the head page is worn',
  wiped: 'deleted values read as zeros wherever they still are in the window',
  erases:
    "each page was erased as often as its cycle says: head's, and one more before the head page",
  init: 'the init word of a page is right and was written once if the page begins before the tail, else never',
  compact: 'no compact info is left outside a compaction',
  beyond: 'no word at or beyond the tail was written',
  log: 'the log is a sequence of whole entries and padding from head to tail',
  compaction: 'a page is compacted when there is no room, else not; `prepare` does it once',
  crash: 'nothing that stands in flash makes the store throw',
  window: 'the tail is within the window, and within the virtual capacity once room was made',
} as const;

/** Name of an invariant. */
export type Invariant = keyof typeof INVARIANTS;

/** An invariant that does not hold, and where, as one sentence. */
export interface Finding {
  readonly invariant: Invariant;
  readonly sentence: string;
}

/** Positions from `from` to before `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A live entry in flash. */
export interface LiveEntry {
  readonly key: number;
  /** Virtual position of its header. */
  readonly position: number;
  /** Bytes of its value. */
  readonly length: number;
}

/** What a walk over the log found; when something was wrong, up to there. */
export interface Walk {
  readonly head: number;
  readonly tail: number;
  readonly live: readonly LiveEntry[];
  readonly finding: Finding | undefined;
}

const ONES = 0xffff_ffff;

/** A sentence that names its invariant. */
export function finding(invariant: Invariant, what: string): Finding {
  return { invariant, sentence: `${what}, but ${INVARIANTS[invariant]}` };
}

/** Walks the log of a flash and checks all of it; in `unwiped`, deleted values may stand. */
export function walkFlash(flash: BufferStorage, unwiped?: Range): Walk {
  return new Walker(flash, unwiped).walk();
}

class Walker {
  private readonly format: Format;
  private readonly view: DataView;
  private readonly live: LiveEntry[] = [];
  /** Where entries and padding begin, the tail included. */
  private readonly begins = new Set<number>();
  /** In each page that the log reaches, by its first position: how far entries from before or padding go. */
  private readonly skippable = new Map<number, number>();
  private first: Finding | undefined;

  constructor(
    private readonly flash: BufferStorage,
    private readonly unwiped: Range | undefined,
  ) {
    this.format = new Format(flash);
    this.view = new DataView(flash.image.buffer);
  }

  walk(): Walk {
    const head = this.findHead();
    if (head === undefined) {
      return { head: 0, tail: 0, live: [], finding: finding('init', 'no page has init info') };
    }
    const tail = this.walkEntries(head);
    if (this.first === undefined) this.checkAll(head, tail);
    return { head, tail, live: this.live, finding: this.first };
  }

  private fail(invariant: Invariant, what: string): void {
    this.first ??= finding(invariant, what);
  }

  private word(page: number, byteOffset: number): number {
    return this.view.getUint32(page * this.flash.pageSize + byteOffset, true);
  }

  private at(position: number): number {
    return this.word(this.format.page(position), this.format.byteOffset(position));
  }

  private writesAt(page: number, byteOffset: number): number {
    return this.flash.wordWrites[(page * this.flash.pageSize + byteOffset) / 4] ?? 0;
  }

  /** The least head of the pages with init info. */
  private findHead(): number | undefined {
    let least: number | undefined;
    const { numPages, virtualPageSize } = this.format;
    for (let page = 0; page < numPages; page++) {
      const init = this.word(page, 0);
      if (init === ONES) continue;
      const head = ((init & 0xffff) * numPages + page) * virtualPageSize + ((init >>> 16) & 0x1ff);
      if (least === undefined || head < least) least = head;
    }
    return least;
  }

  private walkEntries(head: number): number {
    const end = this.format.pageBegin(head) + this.format.numPages * this.format.virtualPageSize;
    let position = head;
    this.skippable.set(this.format.pageBegin(head), head);
    while (position < end && this.first === undefined) {
      this.begins.add(position);
      const word = this.at(position);
      if (word === ONES) break;
      const next = position + this.entryWords(position, word);
      this.noteSkippable(position, next, (word & 1) === 0);
      position = next;
    }
    this.begins.add(position);
    return position;
  }

  /** A prefix takes in the words of an entry from before, and may take in padding that follows it. */
  private noteSkippable(position: number, next: number, isPadding: boolean): void {
    const begin = this.format.pageBegin(next);
    if (begin > position) this.skippable.set(begin, next);
    const page = this.format.pageBegin(position);
    if (isPadding && (this.skippable.get(page) ?? page) === position) {
      this.skippable.set(page, position + 1);
    }
  }

  /** Words of the entry at a position. */
  private entryWords(position: number, word: number): number {
    if ((word & 1) === 0) return 1;
    const length = (word >>> 4) & 0x3ff;
    if ((word & 3) !== 1 || length > this.format.maxValueLength) {
      this.fail('log', `word ${hex(word)} stands at position ${position}`);
      return 1;
    }
    const words = 1 + Math.ceil(length / 4);
    if ((word & 4) === 0) this.checkZeros(position + 1, position + words);
    else this.live.push({ key: (word >>> 14) & 0xfff, position, length });
    return words;
  }

  private checkZeros(from: number, to: number): void {
    const { unwiped } = this;
    for (let position = from; position < to; position++) {
      if (this.at(position) === 0) continue;
      if (unwiped !== undefined && position >= unwiped.from && position < unwiped.to) continue;
      this.fail('wiped', `word ${hex(this.at(position))} of a deleted value is at ${position}`);
    }
  }

  private checkAll(head: number, tail: number): void {
    const { format } = this;
    if (tail - head > format.window) {
      this.fail('window', `the tail ${tail} is ${tail - head} words after the head`);
    }
    this.checkZeros(format.pageBegin(head), head);
    for (let nth = 0; nth < format.numPages; nth++) {
      this.checkPage(format.pageBegin(head) + nth * format.virtualPageSize, head, tail);
    }
  }

  private checkPage(begin: number, head: number, tail: number): void {
    const page = this.format.page(begin);
    const erases = this.flash.pageErases[page] ?? 0;
    if (erases !== this.format.cycle(begin)) {
      this.fail('erases', `page ${page} of cycle ${this.format.cycle(begin)} had ${erases}`);
    }
    this.checkHeaders(page, begin, begin <= head || begin < tail);
    const end = begin + this.format.virtualPageSize;
    for (let position = Math.max(begin, tail); position < end; position++) {
      const writes = this.writesAt(page, this.format.byteOffset(position));
      if (writes === 0 && this.at(position) === ONES) continue;
      this.fail('beyond', `${hex(this.at(position))} at ${position} has ${writes} writes`);
    }
  }

  private checkHeaders(page: number, begin: number, isReached: boolean): void {
    const init = this.word(page, 0);
    const writes = this.writesAt(page, 0);
    const isRight = isReached
      ? writes === 1 && this.isInit(init, begin)
      : writes === 0 && init === ONES;
    if (!isRight) {
      this.fail('init', `page ${page} from ${begin} on has ${hex(init)} of ${writes} writes`);
    }
    const compact = this.word(page, 4);
    if (compact !== ONES || this.writesAt(page, 4) !== 0) {
      this.fail('compact', `page ${page} has ${hex(compact)}`);
    }
  }

  private isInit(init: number, begin: number): boolean {
    const head = begin + ((init >>> 16) & 0x1ff);
    const isCycle = (init & 0xffff) === this.format.cycle(begin);
    return isCycle && this.begins.has(head) && head <= (this.skippable.get(begin) ?? begin);
  }
}

function hex(word: number): string {
  return `0x${word.toString(16).padStart(8, '0')}`;
}
