// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Where the two variants differ: `LITERAL` does what the crate does, `HARDENED` what survives a cut at any bit.
 *
 * NON-TOCK: README.md tells each difference with the cut that made it necessary.
 */
import type { PageState } from './format.ts';

/** The decisions on which the variants differ. */
export interface Mode {
  /** Behind a header that is not sound, a walk looks one word later for the next; else the page ends there. */
  readonly resynchronises: boolean;
  /**
   * A page without markers, and the rest of one behind its last item, are taken for blank. Else they are looked at: such a
   * page is erased before it is opened, and nothing is appended to such a rest.
   */
  readonly trustsOpenPages: boolean;
  /** A page is without use only when every item in it is popped; else also when the rest of them is not whole. */
  readonly tornItemsCount: boolean;
  /** Items that give way to new ones go with their page; else they are popped one by one before it is erased. */
  readonly erasesLiveItems: boolean;
  /** An interrupted migration begins again whatever it had done; else only while something would be lost without. */
  readonly alwaysMigratesAgain: boolean;
  /** Fewest pages of a map. */
  readonly mapPages: number;
  /** The page to write to: the partial one, or the next to be opened. More than one: items decide. None: no such page. */
  active(states: readonly PageState[]): readonly number[];
}

/** What the crate does. */
export const LITERAL: Mode = {
  resynchronises: true,
  trustsOpenPages: true,
  tornItemsCount: true,
  erasesLiveItems: true,
  alwaysMigratesAgain: true,
  mapPages: 2,
  active(states) {
    const partial = states.indexOf('partial');
    if (partial >= 0) return [partial];
    const behind = states.findIndex((state, page) => state === 'open' && isUsed(states, page - 1));
    const page = behind >= 0 ? behind : states.indexOf('open');
    return page >= 0 ? [page] : [];
  },
};

/** What survives a cut at any bit. */
export const HARDENED: Mode = {
  resynchronises: false,
  trustsOpenPages: false,
  tornItemsCount: false,
  erasesLiveItems: false,
  alwaysMigratesAgain: false,
  mapPages: 3,
  active(states) {
    const pages = [...states.keys()];
    const partial = pages.filter((page) => states[page] === 'partial');
    if (partial.length > 0) {
      const most = Math.max(...partial.map((page) => freedom(states, page)));
      return partial.filter((page) => freedom(states, page) === most);
    }
    const isNext = (page: number): boolean => !isUsed(states, page) && isUsed(states, page - 1);
    const next = pages.find(isNext) ?? pages.find((page) => !isUsed(states, page));
    if (next !== undefined) return [next];
    return pages.length === 1 ? pages : [];
  },
};

/**
 * Of two partial pages, one is in the middle of an erase. The page that is written to has free pages before it; only
 * when the erased one is the page right before it, that one has closed pages before itself.
 */
function freedom(states: readonly PageState[], page: number): number {
  const next = stateOf(states, page + 1);
  if (next === 'closed') return 0;
  return next === 'partial' ? 1 : 2;
}

function isUsed(states: readonly PageState[], page: number): boolean {
  const state = stateOf(states, page);
  return state === 'partial' || state === 'closed';
}

function stateOf(states: readonly PageState[], page: number): PageState | undefined {
  return states[(page + states.length) % states.length];
}
