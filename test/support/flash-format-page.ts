// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Takes doc/FLASH-FORMAT.md apart: its blocks of examples and its tables.
 *
 * NON-TOCK: tests.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Geometry } from '#libraries/store/storage';
import { ROOT } from '#tools/sources';

/** The page. */
export const PAGE = readFileSync(join(ROOT, 'doc/FLASH-FORMAT.md'), 'utf8');

/** Lines of all blocks of one language. */
export function blocks(language: string): string[][] {
  const found = [...PAGE.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  const lines = found
    .filter(([, kind]) => kind === language)
    .map(([, , text]) => (text ?? '').trimEnd().split('\n'));
  expect(lines, `blocks of ${language}`).not.to.deep.equal([]);
  return lines;
}

/** Rows of the table below a heading row that begins with these cells. */
export function table(...heading: string[]): string[][] {
  const lines = PAGE.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${heading.join(' | ')}`));
  expect(start, heading.join()).to.be.at.least(0);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines
    .slice(start, end)
    .filter((line) => !line.startsWith('| ---'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** A flash as the page assumes it. */
export function shape(pageSize: number, numPages: number): Geometry {
  return { wordSize: 4, pageSize, numPages, maxWordWrites: 2, maxPageErases: 10_000 };
}

/** The numbers that stand in a text, in order. */
export function numbers(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map(Number);
}
