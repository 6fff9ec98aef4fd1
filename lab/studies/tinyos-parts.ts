// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Study: what do TinyOS's storages cost, unchanged, on parts that have little in common, and how long does each last?
 *
 * NON-TOCK. Each storage of TEP 129 runs on a volume of each part, with the part's VolumeSettings: updates of 16 bytes, each
 * durable. Figures from memory are marked where they enter.
 */
import type { Table, Value } from './framework/exhibit.ts';
import { study, type Check, type StudyReport } from './framework/study.ts';
import { STORAGES, UPDATE_BYTES, onPart, type OnPart, type StorageName } from './tinyos/on-part.ts';
import { PARTS, doubts, type StudyPart } from './workload/parts.ts';

/** Parts that TEP 103 and TEP 128 name, CFSTORE's board, a microcontroller with large sectors, and the nRF52840 beside them. */
const IDS = [
  ...['m25p80', 'at45db041', 'pxa27x', 'k9k1g08r0b', 'k64f', 'stm32f405', 'nrf52840'],
] as const;

const YEAR_SECONDS = 365.25 * 86_400;
/** Bytes of flash of an entry of the hardened log with 16 bytes: a header of 8 before them. */
const LOG_ENTRY = 24;
/** Years until the cookies of a log are used up, at one a second (TEP 129). */
const COOKIE_YEARS = 2 ** 32 / YEAR_SECONDS;

interface Part {
  readonly id: string;
  readonly storage: StorageName;
}

interface Outcome extends Part {
  readonly found: OnPart;
}

function partOf(id: string): StudyPart {
  const found = PARTS[id];
  if (found === undefined) throw new Error(`there is no part ${id}`);
  return found;
}

function run(part: Part): Outcome {
  return { ...part, found: onPart(partOf(part.id), part.storage) };
}

const erasures = ({ meter, updates }: OnPart): number => (1000 * meter.erases) / updates;
const mean = ({ meter, updates }: OnPart): number => meter.time / updates / 1e6;

/** Years at an update a second, with all erase units of the part, which wear evenly: each storage goes round. */
function years({ id, found }: Outcome): number {
  const { pages, erasesPerPage } = partOf(id).sheet;
  const erases = pages.value * erasesPerPage.value;
  return (1000 * erases) / erasures(found) / YEAR_SECONDS;
}

function rowOf(outcome: Outcome): Value[] {
  const { id, storage, found } = outcome;
  const { sheet } = partOf(id);
  const marks = new Set(
    [sheet.program.each, sheet.erasePage, sheet.erasesPerPage].map((f) => f.mark),
  );
  return [
    ...[sheet.name, storage, sheet.pageSize.value, found.units, found.buffer],
    ...[mean(found), found.worst, erasures(found), found.unitPrograms],
    ...[found.overdue ?? null, years(outcome), [...marks].sort().join(' ')],
  ];
}

function table(outcomes: readonly Outcome[]): Table {
  return {
    kind: 'table',
    title: `An update of ${UPDATE_BYTES} B, durable, on a volume of 128 KiB or 4 erase units`,
    columns: [
      ...[{ title: 'part' }, { title: 'storage' }, { title: 'erase unit', unit: 'B' }],
      ...[{ title: 'units' }, { title: 'buffer', unit: 'B' }],
      { title: 'an update', unit: 'ms', digits: 3 },
      { title: 'the longest', unit: 'ms', digits: 1 },
      { title: 'erasures in 1000', digits: 2 },
      { title: 'programs of a unit' },
      { title: 'pages overdue' },
      { title: 'years, one a second', digits: 2 },
      { title: 'marks' },
    ],
    rows: outcomes.map(rowOf),
  };
}

function report(outcomes: readonly Outcome[]): StudyReport {
  const of = (id: string, storage: StorageName): Outcome | undefined =>
    outcomes.find((each) => each.id === id && each.storage === storage);
  const log = (id: string): string => {
    const outcome = of(id, 'LogStorage');
    const long = outcome === undefined ? NaN : years(outcome);
    return `${long.toFixed(long < 10 ? 1 : 0)} years`;
  };
  return {
    answer:
      `The same log of entries of ${UPDATE_BYTES} B lasts ${log('m25p80')} on an M25P80 at one a second, and ` +
      `${log('at45db041')} on an AT45DB041. On a part that programs a page once between two erasures, each update ` +
      'erases and programs a page again: there an application should flush seldom, and a cut in it takes the page.',
    table: table(outcomes),
    picture: {
      kind: 'bars',
      title: 'Years of all erase units of the part, at one update a second',
      y: { title: 'years', scale: 'log' },
      stacked: false,
      groups: IDS.map((id) => partOf(id).sheet.name),
      series: STORAGES.map((storage) => ({
        name: storage,
        values: IDS.map((id) => {
          const outcome = of(id, storage);
          return outcome === undefined ? 0 : years(outcome);
        }),
      })),
    },
    notes: [
      'The storages are those of libraries/tinyos, hardened: a circular log, a configuration of 16 keys over all units. None of ' +
        'them knows a part.',
      'The buffer holds an erase unit, which is erased before it goes back (libraries/tinyos/buffered-volume.ts). It is there ' +
        "where a part programs more bytes at a time than a storage writes, and those once between two erasures. Then a storage's " +
        'order of writes within a unit is lost, and a cut in a flush takes all of it: what the claims of the storages say holds ' +
        'without a buffer.',
      'Pages overdue: of an AT45DB041, those that were not written within 10,000 operations in their sector, which is the volume. ' +
        'A log comes round in time; what writes a page more often before it goes on does not, and needs a smaller volume.',
      'Times are those of programs and erasures, and 11 µs of software for each read call; not those of the bus.',
      `The cookies of a log of TEP 129 last ${COOKIE_YEARS.toFixed(1)} years at one a second, however long the flash does.`,
      'Marks: those of the times and of the cycles. P a data sheet, S a source about it, D derived, M memory: unverified.',
      ...IDS.flatMap((id) => doubts(partOf(id)).map((doubt) => `${doubt}.`)),
    ],
    checks: outcomes.flatMap(checksOf),
  };
}

function checksOf({ id, storage, found }: Outcome): Check[] {
  const { sheet } = partOf(id);
  const limit = sheet.program.programsPerUnit?.value ?? Infinity;
  const source = 'the sheet of the part';
  const what = `${sheet.name}, ${storage}`;
  const lawful: Check[] = [
    {
      what: `${what}: programs of a unit beyond its limit, and broken rules`,
      expected: 0,
      measured: Number(found.unitPrograms > limit) + Number(found.violation !== undefined),
      ...{ tolerance: 0, source },
    },
  ];
  if (storage !== 'LogStorage' || found.buffer > 0) return lawful;
  const expected = 1000 / Math.floor(sheet.pageSize.value / LOG_ENTRY);
  const closed = 'entries that fit into an erase unit';
  return [
    ...lawful,
    {
      what: `${what}: erasures in 1000 appends`,
      ...{ expected, measured: erasures(found), tolerance: 0.02, source: closed },
    },
  ];
}

/** The study. */
export const TINYOS_PARTS = study<Part, Outcome>({
  name: 'tinyos-parts',
  question:
    "What do TinyOS's storages cost on parts that have little in common, and how long do they last?",
  parts: () => IDS.flatMap((id) => STORAGES.map((storage) => ({ id, storage }))),
  run,
  report,
});
