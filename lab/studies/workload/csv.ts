// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Reads a workload from a table: a heading, then one store call a row, or one update of a transaction.
 *
 * NON-TOCK: recorded use.
 */
import { Err, Ok, type Result } from '#kernel/result';
import { checkCourse, rowsOf, type CheckedLine } from '../../run/workload.ts';
import { Calls, type Fields } from './csv-calls.ts';

const COLUMNS = [
  ...['t', 'time', 'op', 'key', 'size', 'batch'],
  ...['event', 'act', 'label', 'words', 'from', 'to'],
];
const TEXTS = ['op', 'event', 'label', 'batch'];
const CELL = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** Parses a table; the error is one sentence that begins with the line's number. */
export function parseCsv(text: string): Result<readonly CheckedLine[], string> {
  const [head, ...rows] = rowsOf(text);
  if (head === undefined) return Err('the workload is empty');
  const heading = headingOf(head);
  if (!heading.ok) return heading;
  if (rows.length === 0) return Err('the workload is empty: there is a heading and no row');
  const calls = new Calls();
  for (const [index, row] of rows.entries()) {
    const cells = row.trim() === '' ? Err('the line is empty') : cellsOf(row);
    const value = cells.ok ? valueOf(heading.value, cells.value) : cells;
    if (!value.ok) return Err(`line ${index + 2}: ${value.error}`);
    const wrong = calls.take(value.value, index + 2);
    if (wrong !== undefined) return Err(wrong);
  }
  const lines = calls.end();
  return lines.ok ? checkCourse(lines.value) : lines;
}

function headingOf(head: string): Result<readonly string[], string> {
  const names = head.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !COLUMNS.includes(name));
  if (unknown !== undefined) {
    return Err(`line 1: unknown column '${unknown}' (there are: ${COLUMNS.join(', ')})`);
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return Err(`line 1: column '${twice}' stands twice`);
  return names.includes('op') ? Ok(names) : Err("line 1: column 'op' is missing");
}

/** The cells of a row; a cell in quotes may hold commas, and quotes that are doubled. */
function cellsOf(row: string): Result<readonly string[], string> {
  const cells: string[] = [];
  CELL.lastIndex = 0;
  for (;;) {
    const found = CELL.exec(row);
    if (found === null) return Err(`cell ${cells.length + 1} has a quote that does not close`);
    const [, quoted, plain = '', end] = found;
    cells.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'));
    if (end === '') return Ok(cells);
  }
}

function valueOf(names: readonly string[], cells: readonly string[]): Result<Fields, string> {
  if (cells.length !== names.length) {
    return Err(`${cells.length} cells under ${names.length} columns`);
  }
  const value: Record<string, string | number> = {};
  for (const [index, name] of names.entries()) {
    const cell = cells[index] ?? '';
    if (cell === '') continue; // An empty cell is a field that is left out.
    value[name] = NUMBER.test(cell) && !TEXTS.includes(name) ? Number(cell) : cell;
  }
  return Ok(value);
}
