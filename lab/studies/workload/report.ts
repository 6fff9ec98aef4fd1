// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The figures of a study as tables for a terminal, as records for JSON, and as CSV.
 *
 * NON-TOCK: what a laboratory reports.
 */
import { createHash } from 'node:crypto';
import { duration, grouped, percentile, wrap } from '../../report/columns.ts';
import { commandTable } from '../../report/figures.ts';
import { fitted } from '../../report/table.ts';
import { describeCosts } from '../framework/cost-model.ts';
import { LIMITS, type CheckedLine } from '../../run/workload.ts';
import { daysOf, valueBytes, type Figures } from './figures.ts';
import { IDLE_EVENT, IDLE_MILLISECONDS } from './idle.ts';
import { doubts } from './parts.ts';

/** A study that was run. */
export interface Study {
  /** The workload's name. */
  readonly name: string;
  /** Its lines, before `prepare` was added. */
  readonly lines: readonly CheckedLine[];
  /** Words that are prepared for in idle time. */
  readonly prepare?: number;
  readonly rows: readonly Figures[];
}

const ABSENT = '–';

/** Everything as text: the workload, what it costs, what it takes, what went wrong, what is doubtful. */
export function renderStudy(study: Study, withCommands: boolean): string {
  const parts = [
    summary(study),
    costTable(study.rows),
    timeTable(study.rows),
    ...(withCommands ? study.rows.map(commands) : []),
    caveats(study)
      .map((sentence) => wrap(sentence, 2))
      .join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function summary(study: Study): string {
  return [`${study.name}: ${sizeOf(study)}`, ...conditions(study)]
    .map((sentence) => wrap(sentence, 2))
    .join('\n');
}

/** How large a workload is. */
export function sizeOf({ lines }: Study): string {
  const boots = lines.filter(({ op }, index) => op === 'boot' && index > 0).length;
  const calls = lines.filter(({ op }) => op !== 'boot').length;
  return (
    `${counted(calls, 'call')} and ${counted(boots + 1, 'power-on')} in ` +
    `${daysOf(lines).toFixed(1)} days, ${counted(valueBytes(lines), 'byte')} of values`
  );
}

const counted = (count: number, what: string): string =>
  `${grouped(count)} ${what}${count === 1 ? '' : 's'}`;

/** What was added to the workload, and whose costs were taken. */
export function conditions({ prepare, rows }: Study): string[] {
  const costs = rows[0]?.cell.costs;
  const idle = `once a call has ended and none is due for ${IDLE_MILLISECONDS / 1000} s`;
  return [
    ...(prepare === undefined ? [] : [`prepare ${prepare} ${idle}`]),
    ...(costs === undefined ? [] : [`costs of ${describeCosts(costs)}`]),
  ];
}

/** The part of a run, and the interface. */
export function nameOf({ cell: { part, level, hil } }: Figures): string {
  return `${part.sheet.name}, ${level === 'storage' ? 'storage' : hil}`;
}

/** The pages of a run's store, and their bytes. */
export function pagesOf({ cell: { part, pages } }: Figures): string {
  return `${pages}×${part.sheet.pageSize.value}`;
}

/** A table of runs: the part stands to the left. */
const runTable = (rows: readonly string[][]): string => fitted(rows, (column) => column === 0);

function costTable(rows: readonly Figures[]): string {
  const heading = ['part, interface', 'pages', 'calls', 'words', 'erases', 'a page', 'amplif.'];
  return runTable([
    heading,
    ...rows.map((row) => [
      nameOf(row),
      pagesOf(row),
      grouped(row.lived.calls),
      grouped(row.lived.words),
      grouped(row.lived.erases),
      wear(row),
      row.amplification?.toFixed(2) ?? ABSENT,
    ]),
  ]);
}

function wear({ lived: { pageErases } }: Figures): string {
  const [least, most] = [Math.min(...pageErases), Math.max(...pageErases)];
  return least === most ? grouped(most) : `${grouped(least)} to ${grouped(most)}`;
}

function timeTable(rows: readonly Figures[]): string {
  const heading = ['part, interface', 'pages', 'busy', 'worst', 'flash', 'life used', 'years'];
  return runTable([
    heading,
    ...rows.map((row) => [
      nameOf(row),
      pagesOf(row),
      duration(row.busy),
      duration(row.worst),
      row.flashWorst === undefined ? ABSENT : duration(row.flashWorst),
      `${(row.lifeUsed * 100).toPrecision(3)} %`,
      row.years === undefined ? ABSENT : years(row.years),
    ]),
  ]);
}

function years(count: number): string {
  return count >= 10 ? grouped(count) : count.toPrecision(2);
}

function commands(row: Figures): string {
  return `${wrap(`${nameOf(row)}, ${pagesOf(row)}`, 2)}\n${commandTable(row.lived.commands)}`;
}

/** A sentence for each run that ended before its workload, and for each figure that is doubtful. */
export function caveats({ rows }: Study): string[] {
  const stops = rows.flatMap((row) =>
    row.stopped === undefined ? [] : [`${nameOf(row)}, ${pagesOf(row)}: ${stopSentence(row)}`],
  );
  return [...stops, ...new Set(rows.flatMap(({ cell }) => doubts(cell.part)))];
}

function stopSentence({ cell, stopped, capacity, peakWords }: Figures): string {
  if (stopped === undefined) return '';
  const { reason, line, day, event } = stopped;
  const at = `line ${line} (day ${day.toFixed(1)}, ${event})`;
  if (reason === 'InvalidArgument' && cell.store.startsWith('persistent')) {
    const { value: bytes } = cell.part.sheet.pageSize;
    // A page begins with two words, and a value has a header.
    const longest = Math.min(LIMITS.size, bytes - 3 * 4);
    return `ended at ${at}: ${reason}: on pages of ${bytes} bytes a value has ${longest} bytes at most`;
  }
  if (reason !== 'NoCapacity' || capacity === undefined) return `ended at ${at}: ${reason}`;
  const { used, total } = capacity;
  return (
    `does not fit: NoCapacity at ${at}, ${grouped(used)} of ${grouped(total)} words live, ` +
    `${grouped(peakWords)} at most`
  );
}

/** A value of a record; undefined where there is none. */
type Field = string | number | undefined;

/** One run as a flat record; the names give the units. */
export function recordOf(row: Figures): Readonly<Record<string, Field>> {
  const { cell, lived, stopped, capacity, lifetime } = row;
  const times = lived.commands.filter(({ event }) => event !== IDLE_EVENT).map(({ time }) => time);
  return {
    chip: cell.part.id,
    part: cell.part.sheet.name,
    store: cell.store,
    level: cell.level,
    hil: cell.level === 'board' ? cell.hil : undefined,
    costs: cell.costs?.device,
    pageBytes: cell.part.sheet.pageSize.value,
    pages: cell.pages,
    calls: lived.calls,
    powerOns: lived.powerOns,
    words: lived.words,
    erases: lived.erases,
    erasesInIdle: row.idleErases,
    leastErasesOfAPage: Math.min(...lived.pageErases),
    mostErasesOfAPage: Math.max(...lived.pageErases),
    amplification: row.amplification,
    busyNanoseconds: row.busy,
    medianCommandNanoseconds: percentile(times, 0.5),
    p99CommandNanoseconds: percentile(times, 0.99),
    worstCommandNanoseconds: row.worst,
    flashBusyNanoseconds: row.flashBusy,
    worstFlashNanoseconds: row.flashWorst,
    entries: row.entries,
    capacityUsedWords: capacity?.used,
    capacityPeakWords: row.peakWords,
    capacityTotalWords: capacity?.total,
    lifetimeUsedWords: lifetime?.used,
    lifetimeTotalWords: lifetime?.total,
    lifeUsed: row.lifeUsed,
    years: row.years,
    stoppedAtLine: stopped?.line,
    stoppedBecause: stopped?.reason,
    imageSha256: createHash('sha256').update(lived.image).digest('hex'),
  };
}

/** The study as a value for JSON: fields without a value are null. */
export function studyJson({ name, lines, prepare, rows }: Study): unknown {
  return {
    workload: name,
    days: daysOf(lines),
    valueBytes: valueBytes(lines),
    prepareWords: prepare ?? null,
    idleMilliseconds: prepare === undefined ? null : IDLE_MILLISECONDS,
    costsMicroseconds: rows[0]?.cell.costs ?? null,
    runs: rows.map((row) =>
      Object.fromEntries(
        Object.entries(recordOf(row)).map(([field, value]) => [field, value ?? null]),
      ),
    ),
    unverified: [...new Set(rows.flatMap(({ cell }) => doubts(cell.part)))],
  };
}

/** The runs as CSV with a heading. */
export function studyCsv({ rows }: Study): string {
  const records = rows.map(recordOf);
  const lines = [Object.keys(records[0] ?? {}), ...records.map((record) => Object.values(record))];
  return lines.map((line) => `${line.map(csvCell).join(',')}\n`).join('');
}

function csvCell(value: Field): string {
  const text = String(value ?? '');
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
