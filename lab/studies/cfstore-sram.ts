// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Study: what does CFSTORE need of RAM, old and new, as its content grows, and what does the new one pay for it?
 *
 * NON-TOCK. The store in the heap and the one without are filled with more and more keys on flash that is just large
 * enough, and RAM is read off their meters: that of the algorithm in C. Then the new one's flash is divided in other ways.
 */
import { CFSTORE } from '#libraries/cfstore/definition';
import { CFSTORE_HEAP } from '#libraries/cfstore/heap/definition';
import type { MapDefinition } from '#libraries/store/definition';
import type { Table } from './framework/exhibit.ts';
import { study, type Check, type StudyReport } from './framework/study.ts';
import { grown, type Content, type Grown } from './cfstore/growth.ts';
import { BUDGETS, within, type Within } from './cfstore/budget.ts';
import {
  SLOT_SHAPES,
  closedForm,
  dividedStore,
  nameOf,
  pagesOf,
  type SlotShape,
} from './cfstore/shapes.ts';
import { costOfMap, erases, isCost, words, type Costed } from './stores/bench.ts';
import { MAP_LOADS } from './stores/loads.ts';
import { geometryOf } from './stores/metered-flash.ts';
import { PARTS, type StudyPart } from './workload/parts.ts';

const STORES = { cfstore: CFSTORE, 'cfstore-heap': CFSTORE_HEAP } as const satisfies Record<
  string,
  MapDefinition
>;
type Name = keyof typeof STORES;
const NAMES = Object.keys(STORES) as Name[];

type Device = 'nrf52840' | 'k64f';

const CONTENTS: readonly (Content & { readonly device: Device })[] = [
  ...[1, 10, 100, 1000].map((keys) => ({ keys, bytes: 16, device: 'nrf52840' as const })),
  ...[10, 100].map((keys) => ({ keys, bytes: 256, device: 'nrf52840' as const })),
  ...[10, 100].map((keys) => ({ keys, bytes: 16, device: 'k64f' as const })),
];
type DeviceContent = (typeof CONTENTS)[number];
/** The content of the shapes: workload A. */
const SHAPED: Content = { keys: 64, bytes: 16 };

type Part =
  | { readonly kind: 'content'; readonly store: Name; readonly content: DeviceContent }
  | { readonly kind: 'budget'; readonly store: Name; readonly budget: number }
  | { readonly kind: 'shape'; readonly shape: SlotShape };

type Outcome =
  | {
      readonly kind: 'content';
      readonly store: Name;
      readonly content: DeviceContent;
      readonly found: Grown;
    }
  | {
      readonly kind: 'budget';
      readonly store: Name;
      readonly budget: number;
      readonly found: Within;
    }
  | { readonly kind: 'shape'; readonly shape: SlotShape; readonly found: Costed };
type Of<Kind extends Outcome['kind']> = Extract<Outcome, { readonly kind: Kind }>;

function partOf(device: Device): StudyPart {
  const part = PARTS[device];
  if (part === undefined) throw new Error(`there is no ${device}`);
  return part;
}

const nrf = (): StudyPart => partOf('nrf52840');

function run(part: Part): Outcome {
  switch (part.kind) {
    case 'content':
      return {
        ...part,
        found: grown(STORES[part.store], partOf(part.content.device), part.content),
      };
    case 'budget':
      return { ...part, found: within(STORES[part.store], nrf(), part.budget) };
    case 'shape': {
      const site = { part: nrf(), pages: pagesOf(part.shape) };
      return { ...part, found: costOfMap(dividedStore(part.shape), site, MAP_LOADS.A) };
    }
  }
}

function parts(): Part[] {
  return [
    ...CONTENTS.flatMap((content) =>
      NAMES.map((store): Part => ({ kind: 'content', store, content })),
    ),
    ...BUDGETS.flatMap((budget) => NAMES.map((store): Part => ({ kind: 'budget', store, budget }))),
    ...SLOT_SHAPES.map((shape): Part => ({ kind: 'shape', shape })),
  ];
}

function select<Kind extends Outcome['kind']>(all: readonly Outcome[], kind: Kind): Of<Kind>[] {
  return all.filter((outcome): outcome is Of<Kind> => outcome.kind === kind);
}

// --- Tables ------------------------------------------------------------------------------------

function contentTable(found: readonly Of<'content'>[]): Table {
  return {
    kind: 'table',
    title: 'RAM, flash and time by what is held, on just enough pages of 4096 B',
    columns: [
      { title: 'store' },
      { title: 'part' },
      { title: 'keys' },
      { title: 'of', unit: 'B' },
      { title: 'RAM', unit: 'B' },
      { title: 'of it content', unit: 'B' },
      { title: 'flash', unit: 'kB' },
      { title: 'updates a flush', digits: 0 },
      { title: 'words, an update', digits: 0 },
      { title: 'ms, an update', digits: 2 },
      { title: 'words, a flush' },
      { title: 'erasures, a flush' },
      { title: 'ms, a flush', digits: 0 },
      { title: 'ms, a boot', digits: 1 },
    ],
    rows: found.map(({ store, content: { keys, bytes, device }, found: each }) => {
      const { pages, fixed, content, updates, plain, flush, boot } = each;
      return [
        ...[store, device, keys, bytes, fixed + content, content, (pages * 4096) / 1024, updates],
        ...[plain?.words ?? null, plain?.milliseconds ?? null],
        ...[flush.words, flush.erases, flush.milliseconds, boot.time / 1e6],
      ];
    }),
  };
}

function budgetTable(found: readonly Of<'budget'>[]): Table {
  return {
    kind: 'table',
    title: 'The most keys with values of 16 B in so much RAM, and in 64 pages or 256',
    columns: [
      { title: 'store' },
      { title: 'RAM', unit: 'kB' },
      { title: 'of it needed without a key', unit: 'B' },
      { title: 'keys, 256 kB of flash' },
      { title: 'keys, 1024 kB' },
      { title: 'what is full' },
    ],
    rows: found.map(({ store, budget, found: { fixed, keys, full } }) => [
      ...[store, budget / 1024, fixed, ...keys, full],
    ]),
  };
}

function shapeTable(found: readonly Of<'shape'>[]): Table {
  return {
    kind: 'table',
    title: 'cfstore with its pages divided in other ways, 64 keys of 16 B in any order',
    columns: [
      { title: 'snapshots and deltas, pages' },
      { title: 'pages' },
      { title: 'keys it holds' },
      { title: 'updates a flush' },
      { title: 'words an update', digits: 1 },
      { title: 'erasures in 1000', digits: 1 },
      { title: 'life', unit: 'M updates', digits: 2 },
      { title: 'max', unit: 'ms', digits: 0 },
    ],
    rows: found.map(({ shape, found: cost }) => {
      const { holds, updatesPerFlush } = closedForm(
        shape,
        geometryOf(nrf(), pagesOf(shape)),
        SHAPED,
      );
      const figures = isCost(cost)
        ? [updatesPerFlush, words(cost), erases(cost), life(cost), cost.worst]
        : Array.from({ length: 5 }, () => null);
      return [nameOf(shape), pagesOf(shape), holds, ...figures];
    }),
  };
}

/** Updates, in millions, until the page that wears most has no cycles left. */
function life({ updates, pageErases }: Extract<Costed, { updates: number }>): number {
  const cycles = nrf().sheet.erasesPerPage.value;
  return (updates * cycles) / Math.max(...pageErases) / 1e6;
}

// --- The report --------------------------------------------------------------------------------

function checksOf(all: readonly Outcome[]): Check[] {
  return [
    ...select(all, 'content').flatMap(contentChecks),
    ...select(all, 'shape').flatMap(shapeChecks),
    ...select(all, 'budget').flatMap(({ store, budget, found: { fixed } }): Check[] => {
      if (store !== 'cfstore') return [];
      const what = `cfstore: bytes over a budget of ${budget}`;
      const measured = Math.max(0, fixed - budget);
      return [{ what, expected: 0, measured, tolerance: 0, source: '2 to 4 kB by its design' }];
    }),
  ];
}

function contentChecks({ store, content, found }: Of<'content'>): Check[] {
  const { keys, bytes, device } = content;
  const named = `${store}, ${device}, ${keys} of ${bytes} B`;
  const geometry = geometryOf(partOf(device), found.pages);
  const shape = STORES[store].shape(geometry);
  const record = shape.unitsOf(bytes);
  const { wordSize } = geometry;
  const image = Math.ceil((keys * record) / wordSize) * wordSize;
  const heap: Check = {
    what: `${named}: bytes of RAM that grow`,
    expected: store === 'cfstore' ? 0 : image,
    measured: found.content,
    tolerance: 0,
    source: store === 'cfstore' ? 'its design' : 'an image of all records',
  };
  // Both slots of a turn, or the one that takes the image.
  const slots = store === 'cfstore' ? found.pages / 2 : found.pages / 4;
  return [
    heap,
    {
      what: `${named}: erasures of a flush`,
      ...{ expected: slots, measured: found.flush.erases, tolerance: 0 },
      source: 'the pages of the slots that it takes into use',
    },
    {
      what: `${named}: updates from flush to flush`,
      expected: store === 'cfstore' ? Math.floor(shape.capacity / record) : 1,
      measured: found.updates,
      tolerance: 0,
      source: store === 'cfstore' ? 'records that a delta takes' : 'each is flushed',
    },
  ];
}

function shapeChecks({ shape, found }: Of<'shape'>): Check[] {
  if (!isCost(found)) return [];
  const form = closedForm(shape, geometryOf(nrf(), pagesOf(shape)), SHAPED);
  const named = `slots ${nameOf(shape)}`;
  const check = (what: string, expected: number, measured: number): Check => ({
    ...{ what: `${named}: ${what}`, expected, measured, tolerance: 0.005 },
    source: 'closed form',
  });
  return [
    check('words an update', form.wordsPerUpdate, words(found)),
    check('erasures in 1000', form.erasesPer1000, erases(found)),
    check('life, M updates', form.life, life(found)),
  ];
}

function report(all: readonly Outcome[]): StudyReport {
  const contents = select(all, 'content');
  const most = (store: Name): Grown | undefined =>
    contents.find((each) => each.store === store && each.content.keys === 1000)?.found;
  const ram = (grown: Grown | undefined): string =>
    grown === undefined ? '' : (grown.fixed + grown.content).toLocaleString('en-US');
  return {
    answer:
      `The store in the heap needs ${ram(most('cfstore-heap'))} B for 1000 keys of 16 B, and the new one ${ram(most('cfstore'))} B, as for ` +
      'one key. An update is a record there, where the old one erases a slot and writes everything. It pays with flash, for ' +
      'its records are longer; with searches, which walk flash; and with the flush of a full delta, which is longer than the old one.',
    table: contentTable(contents),
    picture: {
      kind: 'lines',
      title: 'RAM by the number of keys, values of 16 B',
      x: { title: 'keys', scale: 'log' },
      y: { title: 'bytes', scale: 'log' },
      series: NAMES.map((store) => ({
        name: store,
        points: contents
          .filter(
            ({ store: name, content: { bytes, device } }) =>
              name === store && bytes === 16 && device === 'nrf52840',
          )
          .map(
            ({ content: { keys }, found: { fixed, content } }) => [keys, fixed + content] as const,
          ),
      })),
    },
    more: [budgetTable(select(all, 'budget')), shapeTable(select(all, 'shape'))],
    notes: [
      'RAM is what the algorithm needs beside the stack: 64 KVBUFs of 32 B, 32 open keys and 16 of them written, a window of 256 B, ' +
        'and positions. For 2 kB the KVBUFs are 16, the open keys 16, the written ones 8.',
      'The store in the heap is flushed after each update, else the update would be lost; its image is one slot of four. mbed moves the ' +
        'image when it grows, and then has it twice for a while: that is not counted.',
      'Updates replace keys in any order. Those of cfstore that find the delta full flush first: the time of a flush has the update in ' +
        'it. Each read call costs 11 µs of software.',
      'One snapshot and three deltas is no division: a flush erases the oldest snapshot before the new one is written, so that two are ' +
        'the least. More deltas than one change nothing but wear: one is in use at a time.',
      'On the K64F a program unit has 8 bytes, so that a record of 16 B has 64 and not 52; its times are unverified.',
      'A boot of cfstore walks all headers, and reads every record of the delta for its CRC.',
    ],
    checks: checksOf(all),
  };
}

/** The study. */
export const CFSTORE_SRAM = study<Part, Outcome>({
  name: 'cfstore-sram',
  question: 'What RAM does CFSTORE need, old and new, as its content grows?',
  parts,
  run,
  report,
});
