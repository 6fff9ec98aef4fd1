// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a claim of a design document is here: one statement that could be false, our verdict, and what shows it.
 *
 * NON-TOCK: `doc/CFSTORE_CLAIMS.md` and `doc/TINYOS_CLAIMS.md` are made of such claims.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#tools/sources';

/** What became of a claim. */
export const VERDICTS = ['holds', 'does not hold', 'cannot be known'] as const;
/** One of them. */
export type Verdict = (typeof VERDICTS)[number];

/** A statement of a document, in our words. */
export interface Claim {
  /** `CC-07`, `TT-31`: by document, in the order in which the document makes them. */
  readonly id: string;
  /** The document's heading. */
  readonly section: string;
  readonly claim: string;
  readonly verdict: Verdict;
  /** Why, in a sentence or two. */
  readonly because: string;
  /**
   * What shows it: a scenario (`CF-12`), a spec file, with a part of a test's title behind a colon or without, or a
   * study (`study cfstore-sram`), with words that its page has or without.
   */
  readonly evidence: readonly string[];
  /** Figures that `because` names, as written there, and where each is from. */
  readonly figures?: Readonly<Record<string, () => number>>;
}

/** A document, and what it claims. */
export interface Claimed {
  readonly title: string;
  /** Paragraphs: what the document is. */
  readonly about: readonly string[];
  /** The letters of its ids. */
  readonly prefix: string;
  readonly claims: readonly Claim[];
}

/**
 * A figure of a study's page: in the row that begins with these cells, below this title. The page is checked to be what
 * the study finds.
 */
export function cell(study: string, row: string, column: string): () => number {
  return () => {
    const page = readFileSync(join(ROOT, 'doc', 'studies', `${study}.md`), 'utf8');
    let titles: string[] = [];
    for (const line of page.split('\n')) {
      if (!line.startsWith('| ')) titles = [];
      else if (titles.length === 0) titles = cells(line);
      else if (line.startsWith(`| ${row} |`) && titles.includes(column)) {
        return numberOf(cells(line)[titles.indexOf(column)] ?? '');
      }
    }
    return NaN;
  };
}

function cells(line: string): string[] {
  return line.slice(2, -2).split(' | ');
}

/** The number that a text like `1,234.5` is. */
export function numberOf(text: string): number {
  return Number(text.replaceAll(',', ''));
}
