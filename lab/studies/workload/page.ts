// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The figures of a workload as a page: what it costs, how long commands take, how the flash wears, how long it lives.
 *
 * NON-TOCK: what a laboratory reports.
 */
import { duration, grouped, percentile } from '../../report/columns.ts';
import { commandKinds } from '../../report/figures.ts';
import type { Exhibit, Picture, Series, Table, Value } from '../framework/exhibit.ts';
import { page } from '../framework/html.ts';
import type { Figures } from './figures.ts';
import { IDLE_EVENT } from './idle.ts';
import { caveats, conditions, nameOf, pagesOf, sizeOf, type Study } from './report.ts';

/** More runs than these make a picture that nobody can read. */
const MOST_DRAWN = 14;
/** Of the commands that are not shorter than a point of the distribution, the next one leaves out such a part. */
const POINTS = 20;
const MILLI = 1e6;

/** A page of HTML that opens offline; `command` is what makes it again. */
export function studyPage(study: Study, command: string, withCommands: boolean): string {
  const drawn = study.rows.slice(0, MOST_DRAWN);
  const left = study.rows.length - drawn.length;
  const exhibits = [
    ...(drawn.some(({ years }) => years !== undefined) ? [lives(drawn)] : []),
    costs(study.rows),
    times(study.rows),
    latencies(drawn),
    wear(drawn),
    ...(withCommands ? study.rows.map(kinds) : []),
  ] satisfies Exhibit[];
  const chapter = {
    name: study.name,
    question: 'What does the workload cost on this part, at the worst, and for how many years?',
    answer: `${sizeOf(study)}. ${answer(study.rows)}`,
    exhibits,
    notes: [
      ...conditions(study),
      ...caveats(study),
      ...(left > 0 ? [`the pictures show the first ${MOST_DRAWN} runs; ${left} are left out`] : []),
      'busy: all calls, waiting and boots left out; life used: of the log, or of the cycles of the worst page',
    ],
    checks: [],
  };
  return page('Timing study of a workload', command, [chapter]);
}

/** The longest life and the shortest. */
function answer(rows: readonly Figures[]): string {
  const ended = rows.filter(({ stopped }) => stopped !== undefined).length;
  const failed =
    ended === 0 ? '' : ` It came to its end in ${rows.length - ended} of ${rows.length} runs.`;
  const alive = rows.flatMap((row) => (row.years === undefined ? [] : [{ row, years: row.years }]));
  const [best, ...others] = alive.sort((a, b) => b.years - a.years);
  if (best === undefined) return failed.trim();
  const sentence = ({ row, years }: typeof best): string =>
    `${figure(years)} years on ${titleOf(row)}, where the longest command takes ${duration(row.worst)}`;
  const least = others.at(-1);
  return `${sentence(best)}${least === undefined ? '' : `; ${sentence(least)}`}.${failed}`;
}

const figure = (value: number): string => (value >= 10 ? grouped(value) : value.toPrecision(2));

const titleOf = (row: Figures): string => `${nameOf(row)}, ${pagesOf(row)}`;

/** What tells runs apart: without what they have in common. */
function titles(rows: readonly Figures[]): string[] {
  const same = new Set(rows.map(nameOf)).size === 1;
  return rows.map((row) => (same ? pagesOf(row) : titleOf(row)));
}

function lives(rows: readonly Figures[]): Picture {
  return {
    kind: 'bars',
    title: 'Years until the flash is worn out at this rate',
    y: { title: 'years', scale: 'log' },
    stacked: false,
    groups: titles(rows),
    series: [{ name: 'years of life', values: rows.map(({ years = 0 }) => years) }],
  };
}

/** The user's commands, shortest first, ms. */
function commandTimes({ lived }: Figures): number[] {
  return lived.commands
    .filter(({ event }) => event !== IDLE_EVENT)
    .map(({ time }) => time / MILLI)
    .sort((a, b) => a - b);
}

function latencies(rows: readonly Figures[]): Picture {
  const names = titles(rows);
  return {
    kind: 'lines',
    title: 'How many commands take so long or longer',
    x: { title: 'ms', scale: 'log' },
    y: { title: '% of commands', scale: 'log' },
    series: rows.map((row, index): Series => {
      return { name: names[index] ?? '', points: distribution(commandTimes(row)) };
    }),
  };
}

/** Of times the share of samples that are not shorter, in per cent; thinned out where they are many. */
export function distribution(sorted: readonly number[]): [time: number, share: number][] {
  const points: [number, number][] = [];
  for (let at = 0; at < sorted.length;) {
    const left = sorted.length - at;
    points.push([sorted[at] ?? 0, (100 * left) / sorted.length]);
    at += Math.max(1, Math.floor(left / POINTS));
    while (at < sorted.length && sorted[at] === sorted[at - 1]) at++;
  }
  return points;
}

function wear(rows: readonly Figures[]): Picture {
  const names = titles(rows);
  const most = Math.max(...rows.map(({ cell }) => cell.pages));
  return {
    kind: 'heat',
    title: 'Erasures of each page: each row has its own shades',
    unit: 'erasures',
    columns: Array.from({ length: most }, (_, index) => String(index)),
    rows: rows.map(({ lived }, index) => ({ name: names[index] ?? '', values: lived.pageErases })),
  };
}

function costs(rows: readonly Figures[]): Table {
  return {
    kind: 'table',
    title: 'What it costs the flash',
    columns: [
      { title: 'part, interface' },
      { title: 'pages' },
      { title: 'calls' },
      { title: 'words' },
      { title: 'erasures' },
      { title: 'least on a page' },
      { title: 'most' },
      { title: 'amplification', digits: 2 },
      { title: 'life used', unit: '%', digits: 4 },
      { title: 'years', digits: rows.some(({ years = 10 }) => years < 10) ? 2 : 0 },
    ],
    rows: rows.map((row): Value[] => [
      nameOf(row),
      pagesOf(row),
      row.lived.calls,
      row.lived.words,
      row.lived.erases,
      Math.min(...row.lived.pageErases),
      Math.max(...row.lived.pageErases),
      row.amplification ?? null,
      100 * row.lifeUsed,
      row.years ?? null,
    ]),
  };
}

function times(rows: readonly Figures[]): Table {
  return {
    kind: 'table',
    title: 'How long it takes',
    columns: [
      { title: 'part, interface' },
      { title: 'pages' },
      { title: 'busy', unit: 's', digits: 2 },
      { title: 'flash busy', unit: 's', digits: 2 },
      { title: 'a command, p50', unit: 'ms', digits: 2 },
      { title: 'p99', unit: 'ms', digits: 2 },
      { title: 'longest', unit: 'ms', digits: 1 },
      { title: 'its flash at most', unit: 'ms', digits: 1 },
    ],
    rows: rows.map((row): Value[] => {
      const sorted = commandTimes(row);
      return [
        nameOf(row),
        pagesOf(row),
        row.busy / 1e9,
        row.flashBusy === undefined ? null : row.flashBusy / 1e9,
        percentile(sorted, 0.5),
        percentile(sorted, 0.99),
        row.worst / MILLI,
        row.flashWorst === undefined ? null : row.flashWorst / MILLI,
      ];
    }),
  };
}

function kinds(row: Figures): Table {
  return {
    kind: 'table',
    title: `Commands by kind, ${titleOf(row)}`,
    columns: [
      { title: 'command' },
      { title: 'number' },
      { title: 'p50', unit: 'ms', digits: 2 },
      { title: 'p99', unit: 'ms', digits: 2 },
      { title: 'most', unit: 'ms', digits: 2 },
      { title: 'words a command', digits: 1 },
      { title: 'erasures' },
    ],
    rows: commandKinds(row.lived.commands).map((kind): Value[] => [
      kind.event,
      kind.count,
      kind.p50 / MILLI,
      kind.p99 / MILLI,
      kind.most / MILLI,
      kind.words,
      kind.erases,
    ]),
  };
}
