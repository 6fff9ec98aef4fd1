// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * All states of a flash that cuts of an operation, and any number of cuts of the recoveries after it, can leave.
 *
 * NON-TOCK: test support. Every write and erase is cut, with each of a few choices of the bits that had moved; a state
 * that was met before is not gone into again, so the search ends by itself.
 */
import { BufferStorage, bitChoice } from '#libraries/store/buffer-storage';
import {
  Format,
  buildInit,
  bytesToWords,
  headerLength,
  isDeleted,
  isHeader,
  isPadding,
  singleDifference,
} from '#libraries/persistent-store/format';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Geometry, Steps, Storage } from '#libraries/store/storage';
import { Store } from '#libraries/persistent-store/store';
import type { ModeName } from '#libraries/persistent-store/store';
import type { Result } from '#kernel/result';
import { expect } from 'chai';

/** The torn bits that are tried at each cut. */
const CHOICES = ['none', 'all', 'even', 'odd', 'firstHalf', 'lastHalf', 'xorshift:1'];

/** Fewer of them, for a search that would be long. */
export const FEW = ['none', 'all', 'even', 'xorshift:1'];

/** An operation of a store. */
export type Act = (store: Store) => Steps<Result<unknown, string>>;

/** What a search goes through. */
export interface Search {
  readonly shape: Geometry;
  readonly mode: ModeName;
  /** Operations that succeed before the one that is cut. */
  readonly setup: readonly Act[];
  readonly act: Act;
  /** Default CHOICES. */
  readonly choices?: readonly string[];
}

/** A boot that went through after some cuts. */
export interface Recovered {
  readonly flash: BufferStorage;
  readonly store: Store;
  readonly result: string;
}

/** The keys and values of an open store, by key, as text. */
export function entriesOf(store: Store): string {
  const handles = store.handles();
  if (!handles.ok) return handles.error;
  const entries = handles.value
    .map((handle): [number, number[]] => {
      const value = runAtOnce(store.value(handle));
      return [handle.key, value.ok ? [...value.value] : []];
    })
    .sort(([a], [b]) => a - b);
  return JSON.stringify(entries);
}

/** A flash after the operations before the cut. */
export function prepared({ shape, mode, setup }: Omit<Search, 'act'>): BufferStorage {
  const flash = new BufferStorage(shape);
  const store = new Store(flash, { mode });
  for (const act of [(each: Store) => each.boot(), ...setup]) {
    const result = runAtOnce(act(store));
    if (!result.ok) expect.fail(`the setup ended with ${result.error}`);
  }
  return flash;
}

/** Calls `visit` with each recovery that completes, and returns how many states of the flash there were. */
export function eachRecovery(search: Search, visit: (recovered: Recovered) => void): number {
  const { mode, act, choices = CHOICES } = search;
  const states = new States(choices);
  const start = prepared(search);
  const booted = runAtOnce(new Store(start, { mode }).boot());
  if (!booted.ok) expect.fail(booted.error);
  const first = new Store(states.cutting(start), { mode });
  runAtOnce(first.boot());
  runAtOnce(act(first));
  for (let flash = states.queue.pop(); flash !== undefined; flash = states.queue.pop()) {
    const store = new Store(states.cutting(flash), { mode });
    const result = runAtOnce(store.boot());
    visit({ flash, store, result: result.ok ? 'Ok' : result.error });
  }
  return states.seen.size;
}

/** The states met, and those that are still to be gone into. */
class States {
  readonly seen = new Set<string>();
  readonly queue: BufferStorage[] = [];
  private readonly torn: readonly string[];

  constructor(torn: readonly string[]) {
    this.torn = torn;
  }

  /** The flash as a storage; each write and erase adds the states that cutting it leaves, and then goes through. */
  cutting(flash: BufferStorage): Storage {
    const { wordSize, pageSize, numPages, maxWordWrites, maxPageErases } = flash;
    return {
      ...{ wordSize, pageSize, numPages, maxWordWrites, maxPageErases },
      readWord: (page, byteOffset) => flash.readWord(page, byteOffset),
      read: (page, byteOffset, length) => flash.read(page, byteOffset, length),
      write: (page, byteOffset, bytes, start, length) => {
        this.cut(flash, (copy) => copy.write(page, byteOffset, bytes, start, length));
        return flash.write(page, byteOffset, bytes, start, length);
      },
      erase: (page) => {
        this.cut(flash, (copy) => copy.erase(page));
        return flash.erase(page);
      },
    };
  }

  private cut(flash: BufferStorage, access: (copy: BufferStorage) => boolean): void {
    for (const choice of this.torn) {
      const copy = flash.clone();
      copy.arm(0);
      access(copy);
      copy.corrupt(bitChoice(choice) ?? (() => false));
      const state = Buffer.from(copy.image).toString('latin1');
      if (this.seen.has(state)) continue;
      this.seen.add(state);
      this.queue.push(copy);
    }
  }
}

/**
 * The positions of words that hold bits of a value which no live entry has: in the log, words that are neither the
 * first of something nor of a live value and not all zeros; elsewhere, words that are not erased. Words in front of the
 * head are the rest of an entry that went with its page.
 */
export function leftOvers({ flash, store }: Recovered): number[] {
  const layout = new Format(flash);
  const wordAt = (position: number): number =>
    flash.readWord(layout.page(position), layout.byteOffset(position)) ?? 0;
  const head = headOf(flash, layout);
  const begin = layout.pageBegin(head);
  const end = begin + layout.virtualPageSize * flash.numPages;
  const isLive = liveWords(store);
  const left: number[] = [];
  for (let position = begin; position < end;) {
    const word = wordAt(position);
    const words = position < head || isLive.has(position) ? 1 : wordsOf(word);
    const isKnown = position < head ? word === 0 : isLive.has(position) || isSpent(word);
    if (!isKnown) left.push(position);
    for (let at = 1; at < words; at++) if (wordAt(position + at) !== 0) left.push(position + at);
    position += words;
  }
  return left;
}

/** Whether a word is the first of something that is no more, or was not written. */
function isSpent(word: number): boolean {
  return word === -1 || isPadding(word) || isDeletedEntry(word);
}

function isDeletedEntry(word: number): boolean {
  return isHeader(word) && isDeleted(word);
}

function wordsOf(first: number): number {
  return isDeletedEntry(first) ? 1 + bytesToWords(headerLength(first)) : 1;
}

/** The positions of all words of live entries. */
function liveWords(store: Store): Set<number> {
  const handles = store.handles();
  if (!handles.ok) expect.fail(handles.error);
  const live = new Set<number>();
  for (const { position, length } of handles.value) {
    for (let at = 0; at <= bytesToWords(length); at++) live.add(position + at);
  }
  return live;
}

/** The head of the oldest page. */
function headOf(flash: BufferStorage, layout: Format): number {
  const heads: number[] = [];
  for (let page = 0; page < flash.numPages; page++) {
    const init = flash.readWord(page, 0) ?? -1;
    if (init === -1) continue;
    expect(singleDifference(init)).to.equal(0);
    expect(buildInit(init & 0xffff, (init >>> 16) & 0x1ff)).to.equal(init);
    heads.push(layout.pageHead(init, page));
  }
  return Math.min(...heads);
}
