// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Flash parts as data: shape, limits, and what happens when a limit is passed.
 *
 * NON-TOCK: below any register; Tock meets the real part.
 */

/** How sure a figure is: P primary source, S secondary, D derived, M memory: unverified, A assumed. */
export type Mark = 'P' | 'S' | 'D' | 'M' | 'A';

/** A figure with its origin. */
export interface Figure<T> {
  readonly value: T;
  readonly mark: Mark;
  readonly source: string;
}

/** Limit on the programs of a block of a page, beside the one on each word. */
export interface BlockRule {
  /** Bytes a block: a power of two. */
  readonly bytes: number;
  /** Word programs of a block between two erasures of its page. */
  readonly programs: number;
}

/** A flash part: its shape and its limits. */
export interface FlashPart {
  readonly name: string;
  /** Bytes a page: a power of two. */
  readonly pageSize: number;
  readonly pages: number;
  /** How often a word may be programmed between two erasures of its page: 1 to 255. */
  readonly programsPerWord: number;
  /** How often a page may be erased in its life. */
  readonly erasesPerPage: number;
  readonly blockRule?: BlockRule;
  /** Bytes that share check bits, for parts that store them: two words. */
  readonly eccUnit?: number;
}

/** What happens when a limit is passed: the board stops, it is counted, or the cells misbehave. */
export type OnViolation = 'trap' | 'count' | 'misbehave';

/** How a part behaves where users want it differently. */
export interface NorFlashOptions {
  /** A limit on programs or erasures is passed. Default: trap. */
  readonly onViolation?: OnViolation;
  /**
   * A program asks for a bit to go from 0 to 1. The result is old AND new in any case, which the HIL
   * promises; so the default is `allow`. `count` makes it a violation that is only counted.
   */
  readonly onSetBits?: 'allow' | 'count' | 'trap';
  /**
   * Which programs count against the limit of a word. `each`, the default, is what the real part does;
   * `changing` forgives one that moves no bit.
   */
  readonly countPrograms?: 'each' | 'changing';
  /** Keep who programmed each word and when, for explanations. Default: true. */
  readonly history?: boolean;
  /** Seed for cells that misbehave; default 0. */
  readonly seed?: number;
}

/** Which law was broken. */
export type ViolationKind = 'sets-bits' | 'programs' | 'block' | 'worn-out';

/** What broke the law, in a sentence that says where, which limit, and who touched it before. */
export interface Violation {
  readonly kind: ViolationKind;
  readonly sentence: string;
}

/** One page at an instant; never changes once it is kept. */
export interface PageState {
  /** Memory that other pages may share. */
  readonly bytes: Uint8Array;
  /** Where this page's part of it begins: its cells, then its counters. */
  readonly start: number;
  readonly erases: number;
}

/** A part at an instant. Pages that did not change between two snapshots are shared by them. */
export interface FlashSnapshot {
  readonly pages: readonly PageState[];
}
