// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Text in aligned columns, for terminals 80 characters wide; `table.ts` fits wide tables into them.
 *
 * NON-TOCK: the simulator's own reports.
 */

/** Columns of a terminal. */
export const WIDTH = 80;

/** What a cell of a table shows. */
export type Cell = string | number;

/**
 * Lays rows out in columns: the first column to the left, the others to the right, two spaces between.
 * The first row is the heading and is underlined.
 */
export function columns(rows: readonly (readonly Cell[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, String(cell).length);
    });
  }
  const lines = rows.map((row) =>
    row.map((cell, index) => pad(String(cell), widths[index] ?? 0, index === 0)).join('  '),
  );
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width, 2 * (widths.length - 1)));
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function pad(text: string, width: number, left: boolean): string {
  return left ? text.padEnd(width) : text.padStart(width);
}

/** Breaks a line at spaces so that it fits 80 columns; further lines are indented. */
export function wrap(text: string, indent: number): string {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > WIDTH) {
    const space = rest.lastIndexOf(' ', WIDTH);
    const end = space > indent ? space : WIDTH;
    lines.push(rest.slice(0, end));
    rest = ' '.repeat(indent) + rest.slice(end).trimStart();
  }
  return [...lines, rest].join('\n');
}

/** A duration in nanoseconds with a fitting unit and three significant figures. */
export function duration(nanoseconds: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['ns', 1],
    ['µs', 1e3],
    ['ms', 1e6],
    ['s', 1e9],
    ['min', 60e9],
    ['h', 3600e9],
    ['d', 86400e9],
  ];
  let [unit, scale] = units[0] ?? ['ns', 1];
  for (const [name, size] of units) if (nanoseconds >= size) [unit, scale] = [name, size];
  const value = nanoseconds / scale;
  const digits = value >= 100 || unit === 'ns' ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}

/** A whole number with thousands apart. */
export function grouped(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** The value below which a share (0–1) of the samples lies: the nearest rank. Empty: 0. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
