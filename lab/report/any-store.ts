// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What was found in an image of any store, by its definition alone: how it boots, its pages, its entries.
 *
 * NON-TOCK: the simulator's own reports. The persistent store has more to show: store-inspection.ts.
 */
import { BufferStorage } from '#libraries/store/buffer-storage';
import type {
  BlockDefinition,
  MapDefinition,
  Outcome,
  StoreDefinition,
} from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Geometry } from '#libraries/store/storage';
import { toHex } from '#libraries/persistent-store/vector-reader';
import { columns, grouped, wrap } from './columns.ts';

/**
 * An entry: of a map by its key, or by a name where it has any beside; of a log by its place from the oldest on, of a block
 * store a unit that is not blank.
 */
interface Entry {
  readonly key: number | string;
  readonly value: Uint8Array;
}

interface Page {
  readonly page: number;
  readonly isBlank: boolean;
  /** Words that are not all ones. */
  readonly words: number;
  /** Its first bytes. */
  readonly begins: string;
}

/** What was found. The image itself was only read. */
export interface Look {
  readonly definition: StoreDefinition;
  readonly geometry: Geometry;
  readonly pages: readonly Page[];
  /** How the boot of a copy ended, and what it did. */
  readonly boot: {
    readonly result: string;
    readonly writeCalls: number;
    readonly wordsWritten: number;
    readonly erases: number;
  };
  /** Undefined when it did not boot, or its content cannot be read. */
  readonly entries: readonly Entry[] | undefined;
}

/** How to show it. */
export interface LookStyle {
  /** Names of others that recognise the image, too. */
  readonly others?: readonly string[];
  /** Byte of the dump at which the store begins. */
  readonly offset: number;
  readonly values: boolean;
}

const SHOWN_BYTES = 8;
const LABEL = 10;
const WORD = 4;

/** The stores that recognise an image: more than one where they share a format, or one stands upon the other. */
export function recognise(
  stores: readonly StoreDefinition[],
  image: Uint8Array,
  geometry: Geometry,
): StoreDefinition[] {
  return stores.filter(
    (store) => store.refuses(geometry) === undefined && store.recognises(image, geometry),
  );
}

/** Boots a copy of an image and reads everything. */
export function lookInto(definition: StoreDefinition, image: Uint8Array, geometry: Geometry): Look {
  const flash = new BufferStorage(geometry, false);
  flash.image.set(image);
  const { outcome, entries } = open(definition, flash);
  const { writeCalls, wordsWritten, erases } = flash.counts;
  const result = outcome.ok ? 'Ok' : outcome.error;
  const pages = Array.from({ length: geometry.numPages }, (_, page) =>
    pageOf(image, geometry, page),
  );
  return {
    definition,
    geometry,
    pages,
    boot: { result, writeCalls, wordsWritten, erases },
    entries,
  };
}

function open(
  definition: StoreDefinition,
  flash: BufferStorage,
): { readonly outcome: Outcome; readonly entries: readonly Entry[] | undefined } {
  if (definition.kind === 'log') {
    const store = definition.open(flash);
    const outcome = runAtOnce(store.boot());
    const entries = outcome.ok ? runAtOnce(store.entries()) : outcome;
    const list = entries.ok ? entries.value : undefined;
    return { outcome, entries: list?.map((value, key) => ({ key, value })) };
  }
  if (definition.kind === 'block') return openUnits(definition, flash);
  return openMap(definition, flash);
}

function openMap(definition: MapDefinition, flash: BufferStorage): ReturnType<typeof open> {
  const store = definition.open(flash);
  const outcome = runAtOnce(store.boot());
  const keys = outcome.ok ? runAtOnce(store.keys()) : outcome;
  if (!keys.ok) return { outcome, entries: undefined };
  const entries = [...keys.value]
    .sort((one, other) => one - other)
    .flatMap((key): Entry[] => {
      const value = runAtOnce(store.get(key));
      return value.ok && value.value !== undefined ? [{ key, value: value.value }] : [];
    });
  const steps = store.named?.();
  const named = steps === undefined ? undefined : runAtOnce(steps);
  const others =
    named?.ok === true ? named.value.map(({ name, value }) => ({ key: name, value })) : [];
  return { outcome, entries: [...entries, ...others] };
}

function openUnits(definition: BlockDefinition, flash: BufferStorage): ReturnType<typeof open> {
  const store = definition.open(flash);
  const { size, eraseUnit } = definition.shape(flash);
  const outcome = runAtOnce(store.boot());
  const bytes = outcome.ok ? runAtOnce(store.read(0, size)) : outcome;
  if (!bytes.ok) return { outcome, entries: undefined };
  const entries = Array.from({ length: size / eraseUnit }, (_, key) => {
    const value = bytes.value.subarray(key * eraseUnit, (key + 1) * eraseUnit);
    return { key, value };
  });
  return { outcome, entries: entries.filter(({ value }) => value.some((byte) => byte !== 0xff)) };
}

function pageOf(image: Uint8Array, { pageSize }: Geometry, page: number): Page {
  const bytes = image.subarray(page * pageSize, (page + 1) * pageSize);
  let words = 0;
  for (let at = 0; at < pageSize; at += WORD) {
    if (bytes.subarray(at, at + WORD).some((byte) => byte !== 0xff)) words += 1;
  }
  const begins = Array.from(bytes.subarray(0, SHOWN_BYTES), hexByte).join(' ');
  return { page, isBlank: words === 0, words, begins: words === 0 ? '' : begins };
}

const hexByte = (byte: number): string => byte.toString(16).padStart(2, '0');

// --- Text --------------------------------------------------------------------------------------

/** Draws it. No line but those of values is longer than 80. */
export function renderLook(look: Look, style: LookStyle): string {
  return `${[summary(look, style), pageTable(look, style), entryTable(look, style)].join('\n\n')}\n`;
}

function summary(
  { definition, geometry, boot, entries }: Look,
  { offset, others = [] }: LookStyle,
): string {
  const { numPages, pageSize } = geometry;
  const changes = `${grouped(boot.wordsWritten)} words written, ${grouped(boot.erases)} pages erased`;
  const opens = boot.result === 'Ok' ? `yes, ${changes}` : `no, ${boot.result}; ${changes}`;
  const bytes = entries?.reduce((sum, { value }) => sum + value.length, 0) ?? 0;
  const rows: [string, string][] = [
    ['store', `${definition.name}: ${definition.description}`],
    ...(others.length === 0
      ? []
      : [['or', `${others.join(', ')}: they recognise it, too (--store)`] as [string, string]]),
    ['flash', `${numPages} pages of ${pageSize} bytes at 0x${offset.toString(16)}`],
    ['opens', opens],
    [
      'content',
      entries === undefined
        ? '–'
        : `${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}, ${grouped(bytes)} bytes`,
    ],
  ];
  return rows.map(([label, text]) => wrap(label.padEnd(LABEL) + text, LABEL)).join('\n');
}

function pageTable({ pages, geometry }: Look, { offset }: LookStyle): string {
  const rows = pages
    .filter(({ isBlank }) => !isBlank)
    .map(({ page, words, begins }) => [
      ...[page, `0x${(offset + page * geometry.pageSize).toString(16)}`, words, begins],
    ]);
  const blank = pages.length - rows.length;
  const rest = blank === 0 ? '' : `\n${blank} more, blank`;
  return columns([['page', 'at', 'words', 'begins with'], ...rows]).replaceAll(/ +$/gm, '') + rest;
}

const ENTRY_TITLES = { map: 'key', log: 'entry', block: 'unit' } as const;

function entryTable({ definition, entries }: Look, { values }: LookStyle): string {
  if (entries === undefined) return 'No entries can be read.';
  if (entries.length === 0) return 'No entries.';
  // A unit of a block store is a page: too long for a line, and the pages are shown already.
  const isShown = values && definition.kind !== 'block';
  const heading = [ENTRY_TITLES[definition.kind], 'length', ...(isShown ? ['value'] : [])];
  const rows = entries.map(({ key, value }) => [
    typeof key === 'number' ? key : printable(key),
    value.length,
    ...(isShown ? [toHex(value)] : []),
  ]);
  return columns([heading, ...rows]).replaceAll(/ +$/gm, '');
}

/** The longest name that is shown whole, characters. */
const LONGEST_NAME = 60;

/** A name as a terminal can bear it: an image may hold any bytes. */
function printable(name: string): string {
  const plain = name.replaceAll(/[^!-~]/g, '?');
  return plain.length <= LONGEST_NAME ? plain : `${plain.slice(0, LONGEST_NAME - 1)}…`;
}

/** The same as an object for JSON. */
export function lookJson(look: Look, { offset, values, others = [] }: LookStyle): unknown {
  const { definition, geometry, pages, boot, entries } = look;
  return {
    store: definition.name,
    others,
    geometry: { offset, pageSize: geometry.pageSize, pages: geometry.numPages },
    boot,
    pages,
    entries: entries?.map(({ key, value }) => ({
      key,
      length: value.length,
      value: values ? toHex(value) : undefined,
    })),
  };
}
