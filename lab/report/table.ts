// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Tables that fit a terminal of 80 columns, however many columns of their own they have.
 *
 * NON-TOCK: the simulator's own reports. What is too wide gets its headings broken over lines; what is still too wide
 * is cut into blocks one below the other, each with the columns that tell the rows apart.
 */
import { WIDTH, type Cell } from './columns.ts';

interface Column {
  readonly heading: string;
  readonly cells: readonly string[];
  readonly left: boolean;
}

/** Cells longer than this are broken over lines, too. */
const LONGEST_CELL = 32;
const GAP = '  ';

/**
 * Lays a heading and its rows out in columns: those of text to the left, as `isText` says, and the others to the
 * right, as numbers stand.
 */
export function fitted(
  [headings = [], ...rows]: readonly (readonly Cell[])[],
  isText: (column: number) => boolean,
): string {
  const columns = headings.map((heading, index) => ({
    heading: String(heading),
    cells: rows.map((row) => String(row[index] ?? '')),
    left: isText(index),
  }));
  return blocksOf(columns, keysOf(rows)).map(draw).join('\n\n');
}

/** The columns that tell the rows apart: as few of the first as do; one when there are equal rows. */
function keysOf(rows: readonly (readonly Cell[])[]): number {
  const most = rows[0]?.length ?? 0;
  for (let keys = 1; keys < most; keys++) {
    const names = rows.map((row) => JSON.stringify(row.slice(0, keys)));
    if (new Set(names).size === rows.length) return keys;
  }
  return 1;
}

type Block = readonly Column[];

/** As few blocks as there can be, and those about as wide as each other. */
function blocksOf(columns: readonly Column[], keys: number): readonly Block[] {
  let blocks = blocksWithin(columns, keys, WIDTH);
  for (let width = WIDTH - 1; width > 0; width--) {
    const narrower = blocksWithin(columns, keys, width);
    if (narrower.length > blocks.length) break;
    blocks = narrower;
  }
  return blocks;
}

function blocksWithin(columns: readonly Column[], keys: number, most: number): readonly Block[] {
  const names = columns.slice(0, keys);
  const blocks: Column[][] = [];
  for (const column of columns.slice(keys)) {
    const block = [...(blocks.at(-1) ?? names), column];
    const isFirst = blocks.length === 0;
    if (!isFirst && total(block.map(narrowest)) <= most) blocks[blocks.length - 1] = block;
    else blocks.push([...names, column]);
  }
  return blocks.length === 0 ? [names] : blocks;
}

const total = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));

const widest = (texts: readonly string[]): number =>
  Math.max(0, ...texts.map(({ length }) => length));

const cellWidth = ({ cells }: Column): number => Math.min(LONGEST_CELL, widest(cells));

const narrowest = (column: Column): number =>
  Math.max(cellWidth(column), Math.min(LONGEST_CELL, widest(column.heading.split(' '))));

/** The width of a column whose heading has at most so many lines. */
function widthFor(column: Column, lines: number): number {
  let width = narrowest(column);
  while (broken(column.heading, width).length > lines) width++;
  return width;
}

/** As few lines of headings as fit. */
function widthsOf(block: Block): readonly number[] {
  const most = Math.max(...block.map(({ heading }) => heading.split(' ').length));
  for (let lines = 1; lines <= most; lines++) {
    const widths = block.map((column) => widthFor(column, lines));
    if (total(widths) <= WIDTH) return widths;
  }
  return block.map(narrowest);
}

function draw(block: Block): string {
  const widths = widthsOf(block);
  const row = (texts: readonly string[], below: boolean): string[] => {
    const cells = texts.map((text, index) => broken(text, widths[index] ?? 0));
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) => {
      const aligned = block.map((column, index) => {
        const lines = cells[index] ?? [];
        const text = lines[below ? line - height + lines.length : line] ?? '';
        const width = widths[index] ?? 0;
        return column.left ? text.padEnd(width) : text.padStart(width);
      });
      return aligned.join(GAP).trimEnd();
    });
  };
  const headings = block.map(({ heading }) => heading);
  const rows = (block[0]?.cells ?? []).map((_, at) => block.map(({ cells }) => cells[at] ?? ''));
  const rule = '─'.repeat(total(widths));
  return [...row(headings, true), rule, ...rows.flatMap((texts) => row(texts, false))].join('\n');
}

/** A text on lines of a width, broken at spaces; a word that is longer is cut. */
function broken(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > 0 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}
