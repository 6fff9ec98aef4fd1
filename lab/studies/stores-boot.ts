// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Study: how much does each store hold, how long does it boot, and what does a search cost?
 *
 * NON-TOCK. On 8 pages of an nRF52840: each store is filled until it refuses, then to shares of that; its log goes round
 * once; then power goes and comes.
 */
import type { StoreDefinition } from '#libraries/store/definition';
import { STORES, storeOf } from '#libraries/stores';
import type { Table, Value } from './framework/exhibit.ts';
import { study, type Check, type StudyReport } from './framework/study.ts';
import {
  OCCUPANCIES,
  VALUE_BYTES,
  blockAtRest,
  logAtRest,
  mapAtRest,
  type AtRest,
} from './stores/at-rest.ts';
import { whyNever, type Site } from './stores/bench.ts';
import type { Meter } from './stores/metered-flash.ts';
import { PARTS } from './workload/parts.ts';

const PAGES = 8;
const PART = 'nrf52840';

/** Stores that boot as another does, but for a rule or two. */
const VARIANT = /-(literal|upstream|first)$/;

interface Part {
  readonly store: string;
}

interface Outcome extends Part {
  readonly found: AtRest | { readonly why: string };
}

function run({ store }: Part): Outcome {
  const definition = storeOf(store);
  const part = PARTS[PART];
  if (definition === undefined || part === undefined) throw new Error(`there is no ${store}`);
  const site = { part, pages: PAGES };
  const why = whyNever(definition, site);
  if (why !== undefined) return { store, found: { why } };
  return { store, found: atRest(definition, site) };
}

function atRest(definition: StoreDefinition, site: Site): AtRest {
  switch (definition.kind) {
    case 'map':
      return mapAtRest(definition, site);
    case 'log':
      return logAtRest(definition, site);
    case 'block':
      return blockAtRest(definition, site);
  }
}

const rawBytes = PAGES * (PARTS[PART]?.sheet.pageSize.value ?? 0);
const milliseconds = ({ time }: Meter): number => time / 1e6;

interface Found extends AtRest {
  readonly store: string;
}

function holdTable(found: readonly Found[]): Table {
  return {
    kind: 'table',
    title: `What ${PAGES} pages of 4096 B hold, and the boot after a power cycle`,
    columns: [
      { title: 'store' },
      { title: `values of ${VALUE_BYTES} B` },
      { title: 'of the flash', unit: '%', digits: 1 },
      { title: 'longest value', unit: 'B' },
      ...OCCUPANCIES.map((percent) => ({ title: `boot at ${percent} %`, unit: 'ms', digits: 1 })),
      { title: 'after a cut, at most', unit: 'ms', digits: 1 },
    ],
    rows: found.map(({ store, held, longest, boots, afterCut }) => {
      const times: Value[] = boots.map(milliseconds);
      // A log, or a block store, is empty or full.
      const spread =
        boots.length < OCCUPANCIES.length ? [times[0], null, null, null, times[1]] : times;
      return [
        ...[store, held, (100 * held * VALUE_BYTES) / rawBytes, longest],
        ...spread.map((time) => time ?? null),
        afterCut === undefined ? null : milliseconds(afterCut),
      ];
    }),
  };
}

function searchTable(found: readonly Found[]): Table {
  const names = ['put last', 'put first', 'not there'];
  return {
    kind: 'table',
    title: 'What a search among 64 keys reads, and what a boot at 50 % reads and writes',
    columns: [
      { title: 'store' },
      ...names.map((name) => ({ title: `words, ${name}` })),
      ...names.map((name) => ({ title: `reads, ${name}` })),
      { title: 'words a boot reads' },
      { title: 'in reads' },
      { title: 'words it writes' },
      { title: 'erasures' },
    ],
    rows: found.map(({ store, searches, boots }) => {
      const boot = boots[boots.length >> 1];
      const of = (figure: (meter: Meter) => number): Value[] =>
        names.map((_, nth) => (searches?.[nth] === undefined ? null : figure(searches[nth])));
      return [
        store,
        ...of(({ readWords }) => readWords),
        ...of(({ readCalls }) => readCalls),
        ...[boot?.readWords ?? null, boot?.readCalls ?? null],
        ...[boot?.programs ?? null, boot?.erases ?? null],
      ];
    }),
  };
}

function report(outcomes: readonly Outcome[]): StudyReport {
  const found = outcomes.flatMap(({ store, found: each }) =>
    'held' in each ? [{ store, ...each }] : [],
  );
  const refused = outcomes.flatMap(({ store, found: each }) =>
    'why' in each ? [`${store}: none, it ${each.why}`] : [],
  );
  const maps = found.filter(({ boots }) => boots.length === OCCUPANCIES.length);
  const slowest = [...maps].sort((a, b) => lastBoot(b) - lastBoot(a))[0];
  const largest = [...maps].sort((a, b) => b.held - a.held)[0];
  return {
    answer:
      `${largest?.store ?? ''} holds most, ${largest?.held ?? 0} values of ${VALUE_BYTES} B; nearly full, ` +
      `${slowest?.store ?? ''} boots longest, ${lastBoot(slowest).toFixed(0)} ms. Who keeps a list of keys in RAM pays ` +
      'for it at the boot; who does not pays at each search.',
    table: holdTable(found),
    picture: {
      kind: 'lines',
      title: 'Boot of a store whose log has gone round',
      x: { title: 'full, %' },
      y: { title: 'ms' },
      series: maps.map(({ store, boots }) => ({
        name: store,
        points: boots.map((boot, nth) => [OCCUPANCIES[nth] ?? 0, milliseconds(boot)] as const),
      })),
    },
    more: [searchTable(found)],
    notes: [
      'Each read call that the store makes costs 11 µs of software, however long; words and erasures as the part has them.',
      'After a cut: an update that erases is cut before some of its writes and erasures, half full; the longest boot.',
      'A log shows how many entries it holds when it refuses, or when it has given up old ones for a while; its two boots ' +
        'are of an empty and a full one. A block store holds what fits; it looks for nothing when it boots.',
      ...refused,
    ],
    checks: checksOf(found),
  };
}

function lastBoot(found: Found | undefined): number {
  const boot = found?.boots.at(-1);
  return boot === undefined ? 0 : milliseconds(boot);
}

/** What is held meets the capacity that the definition states, where that is exact. */
function checksOf(found: readonly Found[]): Check[] {
  return found.flatMap(({ store, held }): Check[] => {
    const definition = storeOf(store);
    const part = PARTS[PART];
    if (definition?.kind !== 'map' || part === undefined) return [];
    const shape = definition.shape({
      wordSize: 4,
      pageSize: part.sheet.pageSize.value,
      numPages: PAGES,
      maxWordWrites: part.sheet.programsPerWord.value,
      maxPageErases: part.sheet.erasesPerPage.value,
    });
    if (!shape.exact) return [];
    const expected = Math.floor(shape.capacity / shape.unitsOf(VALUE_BYTES));
    const what = `${store}: values of ${VALUE_BYTES} B that it holds`;
    return [{ what, expected, measured: held, tolerance: 0, source: 'its capacity' }];
  });
}

/** The study. */
export const STORES_BOOT = study<Part, Outcome>({
  name: 'stores-boot',
  question: 'How much does each store hold, how long does it boot, and what does a search cost?',
  parts: () =>
    STORES.filter(({ name }) => !VARIANT.test(name)).map(({ name }) => ({ store: name })),
  run,
  report,
});
