// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Prints benchmark results: for a terminal of 80 columns, for Markdown, and for a program.
 *
 * NON-TOCK: speed of the simulator on the host.
 */
import type { BenchResult, BenchRow } from './row.ts';

const WIDTHS = { name: 30, figure: 11, verdict: 6, peer: 18 } as const;

/** The host that was measured: a figure without it says little. */
export interface Host {
  readonly node: string;
  readonly processor: string;
}

/** Aligned text, at most 80 columns wide; what is longer goes on in the next line. */
export function toText(results: readonly BenchResult[], host: Host): string {
  const rule = '-'.repeat(80);
  const head = textLine('', 'median of 5', 'to reach', '', 'peer');
  const lines = results.flatMap(textLines);
  return [head, rule, ...lines, rule, `Node ${host.node}, ${host.processor}`, ''].join('\n');
}

/** The page `doc/BENCH.md`. */
export function toMarkdown(results: readonly BenchResult[], host: Host): string {
  const rows = results.map(({ row, median, reached }) => {
    const figures = [figure(median, row.unit), wantedOf(row)];
    const verdict = reached ? goodOf(row) : '**MISSED**';
    return `| ${[row.name, ...figures, verdict, row.peer ?? ''].join(' | ')} |`;
  });
  return [
    '# Speed of the simulator',
    '',
    'Written by `npm run bench -- --markdown`: medians of five runs on the host, in real time.',
    `Measured with Node ${host.node} on ${host.processor}.`,
    '',
    '| what | median | to reach | | whose figure |',
    '| --- | ---: | ---: | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** One JSON document. */
export function toJson(results: readonly BenchResult[], host: Host): string {
  const rows = results.map(({ row, median, reached }) => {
    const { name, unit, toReach, peer } = row;
    return { name, unit, median, toReach, reached, ...(peer === undefined ? {} : { peer }) };
  });
  return `${JSON.stringify({ host, rows }, undefined, 2)}\n`;
}

/** A figure with three significant digits and its unit; `k` and `M` shorten bare rates only. */
export function figure(value: number, unit: string): string {
  if (unit !== '/s') return `${digits(value)} ${unit}`;
  if (value >= 1e6) return `${digits(value / 1e6)} M/s`;
  if (value >= 1e3) return `${digits(value / 1e3)} k/s`;
  return `${digits(value)} /s`;
}

function wantedOf({ toReach, unit }: BenchRow): string {
  return toReach === undefined ? '–' : figure(toReach, unit);
}

function goodOf({ toReach }: BenchRow): string {
  return toReach === undefined ? '' : 'ok';
}

function digits(value: number): string {
  return value >= 100 ? Math.round(value).toString() : Number(value.toPrecision(3)).toString();
}

function textLines({ row, median, reached }: BenchResult): string[] {
  const [peer = '', ...morePeer] = wrap(row.peer ?? '', WIDTHS.peer);
  const [name = '', ...moreName] = wrap(row.name, WIDTHS.name);
  const verdict = reached ? goodOf(row) : 'MISSED';
  const first = textLine(name, figure(median, row.unit), wantedOf(row), verdict, peer);
  const more = Array.from({ length: Math.max(moreName.length, morePeer.length) }, (_, index) =>
    textLine(moreName[index] ?? '', '', '', '', morePeer[index] ?? ''),
  );
  return [first, ...more];
}

function textLine(
  name: string,
  median: string,
  toReach: string,
  verdict: string,
  peer: string,
): string {
  const cells = [
    name.padEnd(WIDTHS.name),
    median.padStart(WIDTHS.figure),
    toReach.padStart(WIDTHS.figure),
    verdict.padEnd(WIDTHS.verdict),
    peer,
  ];
  return cells.join(' ').trimEnd();
}

/** Breaks a text at spaces; a single word that is too long is cut. */
function wrap(text: string, width: number): string[] {
  const piece = new RegExp(`.{1,${width}}`, 'g');
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((part) => part.match(piece) ?? [])) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return line === '' ? lines : [...lines, line];
}
