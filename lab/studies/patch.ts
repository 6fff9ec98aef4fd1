// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Study: what does a change of four bytes inside a long value cost?
 *
 * NON-TOCK. One value of about 1 or 4 kB, and four bytes of it changed at any place over and over: put anew, in pieces, or by
 * the increments of CFSTORE, which were made for it.
 */
import { CFSTORE } from '#libraries/cfstore/definition';
import { TlvFormat } from '#libraries/cfstore/format';
import { CFSTORE_HEAP } from '#libraries/cfstore/heap/definition';
import { NOODLE } from '#libraries/noodle/definition';
import { SEQUENTIAL_MAP } from '#libraries/sequential-storage/definition';
import type { MapDefinition } from '#libraries/store/definition';
import { FRAGMENTS, INCREMENTS } from './cfstore/ways.ts';
import type { Table, Value } from './framework/exhibit.ts';
import { study, type Check, type StudyReport } from './framework/study.ts';
import { costOfMap, erases, isCost, words, type Costed } from './stores/bench.ts';
import { valueOf, type MapLoad } from './stores/loads.ts';
import { geometryOf } from './stores/metered-flash.ts';
import { PARTS, type StudyPart } from './workload/parts.ts';

const PAGES = 16;
const SIZES = [992, 4000] as const;
const PATCH = 4;

const WAYS: readonly MapDefinition[] = [
  INCREMENTS,
  CFSTORE,
  CFSTORE_HEAP,
  FRAGMENTS,
  SEQUENTIAL_MAP,
  NOODLE,
];

interface Part {
  readonly way: string;
  readonly bytes: number;
}

interface Outcome extends Part {
  readonly cost: Costed;
}

/** One key, and four bytes of its value anew each time, at a multiple of four. */
function patches(bytes: number): MapLoad {
  let value: Uint8Array = new Uint8Array(bytes);
  return {
    what: `${PATCH} bytes of a value of ${bytes} B`,
    fill: (random) => {
      value = valueOf(random, bytes);
      return [{ key: 1, value }];
    },
    draw: (random) => () => {
      value = value.slice();
      value.set(valueOf(random, PATCH), PATCH * random.below(bytes / PATCH));
      return [{ key: 1, value }];
    },
  };
}

function nrf(): StudyPart {
  const part = PARTS['nrf52840'];
  if (part === undefined) throw new Error('there is no nrf52840');
  return part;
}

function run(part: Part): Outcome {
  const definition = WAYS.find(({ name }) => name === part.way);
  if (definition === undefined) throw new Error(`there is no ${part.way}`);
  return {
    ...part,
    cost: costOfMap(definition, { part: nrf(), pages: PAGES }, patches(part.bytes)),
  };
}

function longest(definition: MapDefinition): number {
  return definition.shape(geometryOf(nrf(), PAGES)).maxValueLength;
}

function tableOf(outcomes: readonly Outcome[]): Table {
  return {
    kind: 'table',
    title: `Four bytes of a value, on ${PAGES} pages of 4096 B of an nRF52840`,
    columns: [
      { title: 'way' },
      { title: 'value', unit: 'B' },
      { title: 'words a change', digits: 1 },
      { title: 'erasures in 1000', digits: 1 },
      { title: 'p50', unit: 'ms', digits: 1 },
      { title: 'max', unit: 'ms', digits: 0 },
    ],
    rows: outcomes.map(({ way, bytes, cost }): Value[] =>
      isCost(cost)
        ? [way, bytes, words(cost), erases(cost), cost.p50, cost.worst]
        : [way, bytes, null, null, null, null],
    ),
  };
}

const wordsOf = (outcomes: readonly Outcome[], way: string, bytes: number): number => {
  const cost = outcomes.find((each) => each.way === way && each.bytes === bytes)?.cost;
  return cost !== undefined && isCost(cost) ? words(cost) : NaN;
};

function report(outcomes: readonly Outcome[]): StudyReport {
  const [small] = SIZES;
  const figure = (way: string): string => wordsOf(outcomes, way, small).toFixed(0);
  return {
    answer:
      `Of a value of ${small} B, ${figure(INCREMENTS.name)} words by increments and ${figure(CFSTORE.name)} put anew: ` +
      'a close merges, and writes all of the value. Increments save the writer from holding the value, not the flash. ' +
      'Only a store that keeps a value in pieces writes less than all of it.',
    table: tableOf(outcomes),
    picture: {
      kind: 'bars',
      title: 'Words programmed for a change of four bytes',
      y: { title: 'words', scale: 'log' },
      stacked: false,
      groups: WAYS.map(({ name }) => name),
      series: SIZES.map((bytes) => ({
        name: `${bytes} B`,
        values: WAYS.map(({ name }) => {
          const found = wordsOf(outcomes, name, bytes);
          return Number.isNaN(found) ? 0 : found;
        }),
      })),
    },
    notes: [
      `No figure: the value is too long. Of such pages noodle takes ${longest(NOODLE)} B at most.`,
      'By increments: the key is opened to read and write, the write position moved, four bytes written, and the key closed. ' +
        'Put anew: the whole value is written. In fragments: the piece of 1023 B that has the bytes.',
      'The heap of cfstore-heap is flushed after each change. Increments of several changes in one session would share one merge.',
    ],
    checks: checksOf(outcomes),
  };
}

function checksOf(outcomes: readonly Outcome[]): Check[] {
  return SIZES.map((bytes) => {
    const [patched, anew] = [INCREMENTS, CFSTORE].map(({ name }) => wordsOf(outcomes, name, bytes));
    return {
      what: `${bytes} B: words by increments beyond those of a value put anew`,
      expected: new TlvFormat(4, 4, true).fullSize(0, PATCH) / 4,
      measured: (patched ?? NaN) - (anew ?? NaN),
      tolerance: 0.005,
      source: 'an increment: header, four bytes, its CRC, and VALID when it is deleted',
    };
  });
}

/** The study. */
export const PATCH_STUDY = study<Part, Outcome>({
  name: 'patch',
  question: 'What does a change of four bytes inside a long value cost?',
  parts: () => WAYS.flatMap(({ name: way }) => SIZES.map((bytes) => ({ way, bytes }))),
  run,
  report,
});
