// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A study's report as text for terminals and Markdown, and its tables as CSV and JSON.
 *
 * NON-TOCK: the simulator's own reports.
 */
import { WIDTH, wrap } from '../../report/columns.ts';
import { fitted } from '../../report/table.ts';
import type { Column, Exhibit, Table, Value } from './exhibit.ts';
import { deviation, holds, type Check } from './study.ts';
import type { Finished } from './workers.ts';

/** A cell as it is printed: thousands apart, places as the column says. */
export function formatValue(value: Value, { digits = 0 }: Pick<Column, 'digits'>): string {
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  if (!Number.isFinite(value)) return '–';
  const [whole = '', fraction] = Math.abs(value).toFixed(digits).split('.');
  const isZero = Number(value.toFixed(digits)) === 0;
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const sign = value < 0 && !isZero ? '-' : '';
  return `${sign}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** A column's heading with its unit. */
export function heading({ title, unit }: Column): string {
  return unit === undefined ? title : `${title}, ${unit}`;
}

function cells(table: Table): string[][] {
  return table.rows.map((row) =>
    row.map((value, index) => formatValue(value, table.columns[index] ?? {})),
  );
}

/** The tables of a report, the main one first. */
export function tablesOf({ report }: Finished): Table[] {
  return [report.table, ...(report.more ?? [])].filter((exhibit) => exhibit.kind === 'table');
}

/** The pictures of a report, the main one first. */
export function picturesOf({ report }: Finished): Exclude<Exhibit, Table>[] {
  return [report.picture, ...(report.more ?? [])].filter((exhibit) => exhibit.kind !== 'table');
}

/** A report for a terminal of 80 columns. */
export function toText(finished: Finished): string {
  const { study, report } = finished;
  const tables = tablesOf(finished).flatMap((table) => [
    '',
    wrap(table.title, 0),
    tableText(table),
  ]);
  const title = `${study.name}: ${study.question}`;
  const notes = report.notes.map((note) => wrap(`- ${note}`, 2));
  return [
    wrap(title, 0),
    '═'.repeat(Math.min(WIDTH, title.length)),
    ...tables,
    '',
    wrap(report.answer, 0),
    ...notes,
    ...checkLines(report.checks).map((line) => wrap(line, 2)),
  ].join('\n');
}

function tableText(table: Table): string {
  return fitted([table.columns.map(heading), ...cells(table)], (index) => isText(table, index));
}

/** Whether a column holds text. */
export function isText({ rows }: Table, column: number): boolean {
  return typeof rows[0]?.[column] === 'string';
}

/**
 * A report as a page of Markdown. `real`: the table of the same study at full scale, where that was run once and
 * stored.
 */
export function toMarkdown(finished: Finished, real?: Table): string {
  const { study, report } = finished;
  const titled = (table: Table): string[] => ['', `**${table.title}**`, '', ...markdown(table)];
  const tables = tablesOf(finished).flatMap(titled);
  return [
    `# ${study.name}`,
    '',
    `*${study.question}*`,
    '',
    report.answer,
    ...tables,
    '',
    ...report.notes.map((note) => `- ${note}`),
    '',
    ...checkLines(report.checks),
    '',
    '```console',
    `$ tocksim study ${study.name}`,
    '```',
    ...(real === undefined ? [] : realLife(study.name, titled(real))),
    '',
  ].join('\n');
}

function realLife(name: string, table: readonly string[]): string[] {
  return [
    '',
    '## The real life',
    '',
    'With all their cycles, run once and stored in [full-lives.json](full-lives.json):',
    ...table,
    '',
    '```console',
    `$ tocksim study ${name} --full`,
    '```',
  ];
}

function markdown(table: Table): string[] {
  const escaped = (texts: readonly string[]): string =>
    `| ${texts.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  const left = (_: Column, index: number): string => (isText(table, index) ? '---' : '---:');
  return [
    escaped(table.columns.map(heading)),
    `| ${table.columns.map(left).join(' | ')} |`,
    ...cells(table).map(escaped),
  ];
}

function checkLines(checks: readonly Check[]): string[] {
  const broken = checks.filter((check) => !holds(check));
  const count = `${checks.length} figures of other sources and closed forms compared`;
  if (broken.length === 0) return [`${count}: all as near as they have to be.`];
  return [
    `${count}; ${broken.length} are too far off:`,
    ...broken.map((check) => `- ${checkLine(check)}`),
  ];
}

/** A check in a line. */
export function checkLine(check: Check): string {
  const { what, expected, measured, tolerance, source } = check;
  const off = (100 * deviation(check)).toFixed(1);
  return `${what}: ${measured} against ${expected} (${source}), off by ${off} %, allowed ${100 * tolerance} %`;
}

/** A table as CSV (RFC 4180), numbers as they are. */
export function toCsv(table: Table): string {
  const field = (value: Value): string => {
    const text = value === null ? '' : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const rows = [table.columns.map(heading), ...table.rows];
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** Reports as JSON: everything that was found, pictures as data. */
export function toJson(all: readonly Finished[]): string {
  const studies = all.map(({ study: { name, question }, report }) => ({
    name,
    question,
    ...report,
    checks: report.checks.map((check) => ({ ...check, holds: holds(check) })),
  }));
  return `${JSON.stringify({ studies }, undefined, 2)}\n`;
}
