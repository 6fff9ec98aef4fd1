// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a log asks of an extension: further kinds of entries, read at boot and moved by compaction.
 *
 * NON-TOCK: OpenSK's store specification has room for extensions; its code has none.
 */
import type { Kind, Status } from './kinds.ts';
import type { Steps } from '../store/storage.ts';

/** What a word of an extension means to the parser: EXTENSION or PADDING of so many words, PARTIAL, or FAILED. */
export interface Reading {
  readonly kind: Kind;
  readonly words: number;
}

/** Further kinds of entries of a log `L`, in words that the format leaves unused; see extensions/README.md. */
export interface Extension<L> {
  /** Words between tail and head that its own entries need beyond what users may reserve. */
  readonly reservedWords: number;
  /** Words of its live entries. */
  readonly usedWords: number;
  /** Reads a word that has the low bits of an internal one, or `undefined` when it is not the extension's. */
  classify(word: number): Reading | undefined;
  /** Nothing is known of the log any more. */
  reset(): void;
  /** Boot has come upon the entry just parsed. */
  walk(log: L, position: number): Steps<Status>;
  /** The entry just parsed is the last of the log: finishes what may have been cut after it was written. */
  finishLast(log: L, position: number): Steps<Status>;
  /** The head page is about to be copied; the log before `target` is whole. */
  beginCopy(log: L, target: number): Steps<Status>;
  /** Copies the entry just parsed from the head page to `target`; returns the words written there, or UNKNOWN. */
  copy(log: L, position: number, target: number): Steps<number>;
}
