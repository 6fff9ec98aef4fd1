// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Reads the header of each page of a store for somebody who looks at it: state, erase cycle, prefix, wear.
 *
 * NON-TOCK: OpenSK has no tool that looks into a store.
 */
import {
  ERASED,
  HEADER_WORDS,
  WORD_SIZE,
  compactDistance,
  initCycle,
  initPrefix,
  singleDifference,
} from './format.ts';
import { UNKNOWN } from './kinds.ts';
import type { Log } from './log.ts';
import type { Storage } from '../store/storage.ts';

/** State of a header word; `impossible`: no store has written it. */
export type HeaderState = 'erased' | 'partial' | 'valid' | 'impossible';

/** What a page is about to become. */
export type PageWork = 'compaction' | 'erasure';

/** One page as it lies in flash. */
export interface PageInspection {
  readonly page: number;
  /** Whether every bit of it is one. */
  readonly isBlank: boolean;
  readonly init: HeaderState;
  /** Erase cycle in a valid init info. */
  readonly cycle: number | undefined;
  /** Words at the page's start that belong to an entry begun before, in a valid init info. */
  readonly prefix: number | undefined;
  readonly compact: HeaderState;
  /** Tail less head, in words, in a valid compact info. */
  readonly distance: number | undefined;
  /** What is wrong with a header word that is impossible. */
  readonly fault: string | undefined;
  /** Completed erasures, from the cycles of this page and of the head's; undefined without a head. */
  readonly erases: number | undefined;
  /** Words that are not all ones, the header's included. */
  readonly wordsWritten: number;
  /** A compaction of it was begun, or its erasure was. */
  readonly work: PageWork | undefined;
}

/** What the log says about the pages as a whole. */
export interface PageContext {
  /** Position of the first entry of the oldest page, or UNKNOWN. */
  readonly head: number;
  /** The page that an erase word names, or undefined. */
  readonly erasing: number | undefined;
}

interface HeaderWord {
  readonly state: HeaderState;
  readonly fault: string | undefined;
}

const UNDERFLOW = 'its checksum counts fewer zero bits than there are';

function judge(word: number, rangeFault: (word: number) => string | undefined): HeaderWord {
  if (word === ERASED) return { state: 'erased', fault: undefined };
  const difference = singleDifference(word);
  if (difference > 0) return { state: 'partial', fault: undefined };
  const fault = difference < 0 ? UNDERFLOW : rangeFault(word);
  return { state: fault === undefined ? 'valid' : 'impossible', fault };
}

/** State of an init info, and what is impossible about it. */
export function judgeInit({ format }: Log, info: number): HeaderWord {
  return judge(info, (word) => {
    const { maxPageErases, maxPrefix } = format;
    if (initCycle(word) > maxPageErases) {
      return `erase cycle ${initCycle(word)} of at most ${maxPageErases}`;
    }
    if (initPrefix(word) <= maxPrefix) return undefined;
    return `prefix of ${initPrefix(word)} words, at most ${maxPrefix}`;
  });
}

/** State of a compact info, and what is impossible about it. */
export function judgeCompact({ format }: Log, info: number): HeaderWord {
  return judge(info, (word) => {
    const distance = compactDistance(word);
    if (distance <= format.window) return undefined;
    return `tail ${distance} words from the head, at most ${format.window}`;
  });
}

/** Describes one page. */
export function inspectPage(
  log: Log,
  storage: Storage,
  page: number,
  context: PageContext,
): PageInspection {
  const initWord = storage.readWord(page, 0) ?? ERASED;
  const compactWord = storage.readWord(page, WORD_SIZE) ?? ERASED;
  const init = judgeInit(log, initWord);
  const compact = judgeCompact(log, compactWord);
  const isValid = init.state === 'valid';
  const wordsWritten = countWritten(storage, page);
  const described = {
    page,
    isBlank: wordsWritten === 0,
    init: init.state,
    cycle: isValid ? initCycle(initWord) : undefined,
    prefix: isValid ? initPrefix(initWord) : undefined,
    compact: compact.state,
    distance: compact.state === 'valid' ? compactDistance(compactWord) : undefined,
    fault: faultOf(init, compact),
    wordsWritten,
    work: workOn(log, page, compact, context),
  };
  return { ...described, erases: wear(log, described, context) };
}

function faultOf(init: HeaderWord, compact: HeaderWord): string | undefined {
  if (init.fault !== undefined) return `init info: ${init.fault}`;
  return compact.fault === undefined ? undefined : `compact info: ${compact.fault}`;
}

/** Only the head page's compact info is ever looked at. */
function workOn(
  { format }: Log,
  page: number,
  compact: HeaderWord,
  { head, erasing }: PageContext,
): PageWork | undefined {
  if (page === erasing) return 'erasure';
  const begun = compact.state === 'valid' || compact.state === 'partial';
  return begun && head !== UNKNOWN && format.page(head) === page ? 'compaction' : undefined;
}

/** The pages before the head's were erased once more than it: the ring goes round page by page. */
function wear(
  { format }: Log,
  { page, cycle, isBlank }: Pick<PageInspection, 'page' | 'cycle' | 'isBlank'>,
  { head, erasing }: PageContext,
): number | undefined {
  if (cycle !== undefined) return cycle;
  if (head === UNKNOWN) return undefined;
  const erases = format.cycle(head) + (page < format.page(head) ? 1 : 0);
  return page === erasing && !isBlank ? Math.max(0, erases - 1) : erases;
}

function countWritten(storage: Storage, page: number): number {
  let count = 0;
  for (let at = 0; at < storage.pageSize; at += WORD_SIZE) {
    if (storage.readWord(page, at) !== ERASED) count += 1;
  }
  return count;
}

/** Byte offset of the first word of a page that can hold an entry. */
export const FIRST_ENTRY = HEADER_WORDS * WORD_SIZE;
