// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What was found in a dump of a persistent store, as tables for a terminal and as JSON.
 *
 * NON-TOCK: the simulator's own reports.
 */
import type {
  EntryInspection,
  Inspection,
  InternalWord,
  LogPlace,
  PageInspection,
  Repair,
} from '#libraries/persistent-store/inspect';
import { toHex } from '#libraries/persistent-store/vector-reader';
import { columns, grouped, wrap } from './columns.ts';

/** How to show an inspection. */
export interface InspectionStyle {
  /** Byte of the dump at which the store begins. */
  readonly offset: number;
  /** Show values, too. */
  readonly values: boolean;
}

const LABEL = 10;
const VALUE_INDENT = '    ';
const VALUE_BYTES_A_LINE = 36;
const ABSENT = '–';

/** Draws everything: a summary, the pages, what a boot would do, the entries. No line is longer than 80. */
export function renderInspection(seen: Inspection, style: InspectionStyle): string {
  const parts = [
    summary(seen, style),
    pageTable(seen, style),
    repairList(seen),
    entryTable(seen, style),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

// --- Summary -----------------------------------------------------------------------------------

function summary(seen: Inspection, style: InspectionStyle): string {
  const { numPages, pageSize, maxPageErases } = seen.geometry;
  const rows: [string, string][] = [
    ['store', `persistent, ${numPages} pages of ${pageSize} bytes at ${hex(style.offset)}`],
    ['opens', openingLine(seen)],
    ['head', placeLine(seen, style, seen.head)],
    ['tail', placeLine(seen, style, seen.tail)],
    ...usage(seen),
    ['wear', wearLine(seen.pages, maxPageErases)],
  ];
  return rows.map(([label, text]) => wrap(label.padEnd(LABEL) + text, LABEL)).join('\n');
}

function openingLine({ isBlank, opening }: Inspection): string {
  const { result, reason, repairs, wordsWritten, writeCalls, erases } = opening;
  const changes = `${plural(writeCalls, 'write')} of ${plural(wordsWritten, 'word')}, ${plural(erases, 'erasure')}`;
  if (result !== 'Ok') {
    const before = repairs.length === 0 ? '' : `; before that ${changes}`;
    return `no, ${result}: ${reason ?? ''}${before}`;
  }
  if (isBlank) return 'yes, as a new store: all pages are blank';
  return repairs.length === 0 ? 'yes, a boot changes nothing' : `yes, after repairs: ${changes}`;
}

function placeLine(
  { geometry }: Inspection,
  { offset }: InspectionStyle,
  place: LogPlace | undefined,
): string {
  if (place === undefined) return 'not to be told';
  const { position, page, byteOffset } = place;
  const at = hex(offset + page * geometry.pageSize + byteOffset);
  return `position ${grouped(position)}: page ${page}, byte ${byteOffset} (${at})`;
}

/** What an open store has left; of one that does not open, only what the tail tells. */
function usage({ opening, isBlank, tail, format }: Inspection): [string, string][] {
  const { store, repairs } = opening;
  if (store === undefined) {
    if (tail === undefined) return [];
    return [['lifetime', lifetimeLine(tail.position, format.totalLifetime)]];
  }
  const { entries, capacity, room, lifetime } = store;
  const used = `${grouped(capacity.used)} of ${grouped(capacity.total)} words`;
  const free = `${grouped(capacity.total - capacity.used)} words; ${grouped(room)} until a page must be compacted`;
  const rows: [string, string][] = [
    ['live', `${plural(entries.length, 'entry', 'entries')}, ${used}`],
    ['free', free],
    ['lifetime', lifetimeLine(lifetime.used, lifetime.total)],
  ];
  return repairs.length === 0 || isBlank
    ? rows
    : rows.map(([label, text]) => [label, `${text} (repaired)`]);
}

function lifetimeLine(used: number, total: number): string {
  return `${grouped(used)} of ${grouped(total)} words used, ${grouped(total - used)} left`;
}

function wearLine(pages: readonly PageInspection[], most: number): string {
  const erases = pages.flatMap((page) => page.erases ?? []);
  if (erases.length === 0) return 'not to be told';
  const [low, high] = [Math.min(...erases), Math.max(...erases)];
  const range = low === high ? grouped(low) : `${grouped(low)} to ${grouped(high)}`;
  return `${range} of ${grouped(most)} erasures a page`;
}

// --- Pages -------------------------------------------------------------------------------------

function pageTable(seen: Inspection, { offset }: InspectionStyle): string {
  const { pages, geometry } = seen;
  const heading = ['page', 'at', 'header', 'erased', 'prefix', 'written', 'now'];
  const rows = runs(pages).map(([page, last]) => [
    page === last ? page.page : `${page.page}–${last.page}`,
    hex(offset + page.page * geometry.pageSize),
    headerState(page),
    page.erases ?? ABSENT,
    page.prefix ?? ABSENT,
    page.wordsWritten,
    roles(seen, page),
  ]);
  const faults = pages.flatMap(({ page, fault }) =>
    fault === undefined ? [] : [wrap(`page ${page}: ${fault}`, 2)],
  );
  return [table([heading, ...rows]), ...faults].join('\n');
}

/** Blank pages of the same wear that follow each other go into one row. */
function runs(pages: readonly PageInspection[]): (readonly [PageInspection, PageInspection])[] {
  const found: [PageInspection, PageInspection][] = [];
  for (const page of pages) {
    const run = found.at(-1);
    const isSame = run?.[1].isBlank === true && page.isBlank && run[1].erases === page.erases;
    if (isSame) run[1] = page;
    else found.push([page, page]);
  }
  return found;
}

function headerState({ isBlank, init }: PageInspection): string {
  if (isBlank) return 'blank';
  return init === 'erased' ? 'none' : init;
}

function roles({ head, tail }: Inspection, { page, work }: PageInspection): string {
  const found = [
    ...(head?.page === page ? ['head'] : []),
    ...(tail?.page === page ? ['tail'] : []),
    ...(work === 'compaction' ? ['compacting'] : []),
    ...(work === 'erasure' ? ['erasing'] : []),
  ];
  return found.join(', ');
}

// --- Repairs -----------------------------------------------------------------------------------

function repairList({ opening }: Inspection): string {
  if (opening.repairs.length === 0) return '';
  return ['A boot would', ...opening.repairs.map((repair) => wrap(repairLine(repair), 4))].join(
    '\n',
  );
}

function repairLine({ operation, page, byteOffset, purpose }: Repair): string {
  const at = operation === 'erase' ? `page ${page}` : `page ${page}, byte ${byteOffset}`;
  return `  ${at}: ${purpose}`;
}

// --- Entries -----------------------------------------------------------------------------------

function entryTable({ entries, stoppedAt }: Inspection, { values }: InspectionStyle): string {
  const end =
    stoppedAt === undefined
      ? []
      : [`page ${stoppedAt.page}, byte ${stoppedAt.byteOffset}: nothing can be read from here on`];
  if (entries.length === 0) return ['No entries.', ...end].join('\n');
  const heading = ['entry', 'position', 'page', 'byte', 'words', 'key', 'length'];
  const [title = '', rule = '', ...rows] = table([heading, ...entries.map(entryRow)]).split('\n');
  const lines = rows.flatMap((row, index) => [
    row,
    ...(values ? valueLines(entries[index]?.value) : []),
  ]);
  return [title, rule, ...lines, ...end].join('\n');
}

function entryRow(entry: EntryInspection): (string | number)[] {
  const { position, page, byteOffset, words, key, length } = entry;
  return [kindOf(entry), position, page, byteOffset, words, key ?? '', length ?? ''];
}

function kindOf({ state, internal, isWiped }: EntryInspection): string {
  const word = internal === undefined ? '' : internalText(internal);
  switch (state) {
    case 'internal':
      return word;
    case 'padding':
      return internal === undefined ? 'padding' : `padding, was: ${word}`;
    case 'deleted':
      return isWiped === true ? 'deleted' : 'deleted, not wiped';
    case 'live':
    case 'replaced':
    case 'pending':
    case 'unfinished':
      return state;
  }
}

function internalText({ name, field }: InternalWord): string {
  switch (name) {
    case 'erase':
      return `erase page ${field}`;
    case 'marker':
      return `marker of ${plural(field, 'update')}`;
    case 'clear':
      return `clear from key ${field}`;
    case 'remove':
      return `remove key ${field}`;
  }
}

function valueLines(value: Uint8Array | undefined): string[] {
  if (value === undefined) return [];
  const lines: string[] = [];
  for (let at = 0; at < value.length; at += VALUE_BYTES_A_LINE) {
    lines.push(VALUE_INDENT + toHex(value.subarray(at, at + VALUE_BYTES_A_LINE)));
  }
  return lines;
}

// --- Text --------------------------------------------------------------------------------------

function table(rows: readonly (readonly (string | number)[])[]): string {
  return columns(rows).replaceAll(/ +$/gm, '');
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/** What stands where a store was looked for, in a phrase: the first page that is not blank, or its first bytes. */
export function strangerPhrase(image: Uint8Array, pageSize: number): string {
  const first = image.findIndex((byte) => byte !== 0xff);
  const page = Math.max(0, Math.floor(first / pageSize));
  const content = image.subarray(page * pageSize, (page + 1) * pageSize);
  const name = page === 0 ? 'the first page' : `pages before ${page} are blank, and page ${page}`;
  if (content.every((byte) => byte === 0)) return `${name} is all zeros`;
  const begin = content.subarray(0, SHOWN_BYTES);
  if (begin.every((byte) => byte >= 0x20 && byte < 0x7f)) {
    return `${name} begins with the text "${String.fromCharCode(...begin)}"`;
  }
  const bytes = Array.from(begin, (byte) => byte.toString(16).padStart(2, '0'));
  return `${name} begins with ${bytes.join(' ')}`;
}

const SHOWN_BYTES = 8;

// --- JSON --------------------------------------------------------------------------------------

/** The same as an object for JSON, values as hexadecimal text if they are wanted. */
export function inspectionJson(seen: Inspection, { offset, values }: InspectionStyle): unknown {
  const { geometry, isBlank, pages, head, tail, entries, stoppedAt, opening } = seen;
  const { result, reason, repairs, wordsWritten, writeCalls, erases, store } = opening;
  const { pageSize, numPages, maxPageErases } = geometry;
  return {
    geometry: { offset, pageSize, pages: numPages, eraseCycles: maxPageErases },
    isBlank,
    head,
    tail,
    pages,
    entries: entries.map(({ value, ...entry }) => ({
      ...entry,
      value: values && value !== undefined ? toHex(value) : undefined,
    })),
    stoppedAt,
    opening: { result, reason, wordsWritten, writeCalls, erases, repairs, ...store },
  };
}
